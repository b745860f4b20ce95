/** Why nothing goes to a target: told apart as far as the network and the server let us, in words without the stream key. */

/**
 * `unreachable`: nothing came back. `refused`: the server answered and does not want this stream. `certificate`: it is not
 * who it says it is. `lost`: it was there. `impossible`: the address itself is wrong.
 */
export type TroubleKind = 'unreachable' | 'refused' | 'certificate' | 'lost' | 'impossible';

export class Trouble extends Error {
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, words: string) {
    super(words);
    this.name = 'Trouble';
    this.kind = kind;
  }
}

const unreachable: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at this address.',
  ENOTFOUND: 'There is no server of this name.',
  EAI_AGAIN: 'The name of the server could not be looked up. Is the network there?',
  ETIMEDOUT: 'The server does not answer.',
  EHOSTUNREACH: 'There is no way to the server. Is the network there?',
  ENETUNREACH: 'There is no way to the server. Is the network there?',
  ENETDOWN: 'The network is down.',
};
const lost: Record<string, string> = {
  ECONNRESET: 'The server ended the connection.',
  EPIPE: 'The server ended the connection.',
  ETIMEDOUT: 'The connection went silent.',
};
const certificates = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/;

/** A socket's error as trouble; `open` is whether the connection had been made. */
export function socketTrouble(error: NodeJS.ErrnoException, open: boolean): Trouble {
  const code = error.code ?? '';
  if (certificates.test(code)) return new Trouble('certificate', `The certificate of the server is not trusted (${code}).`);
  if (open) return new Trouble('lost', lost[code] ?? `The connection broke (${code}).`);
  return new Trouble('unreachable', unreachable[code] ?? `The server cannot be reached (${code}).`);
}
