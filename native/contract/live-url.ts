/** Addresses of targets: where the key in them is, so that it can be kept apart and never shown. */

/** Names in an SRT address's query that are secrets. */
const secretNames = /^(passphrase|streamid|key|token|secret)$/i;

/**
 * An address as a person pastes it, with the key apart: `rtmp://host/app/key` is the application and the key behind it. An
 * address without a key stays as it is.
 */
export function splitKey(address: string): { url: string; key: string | null } {
  const [, base = '', path = ''] = /^(rtmps?:\/\/[^/]+)\/(.*)$/i.exec(address.trim()) ?? [];
  if (!base) return { url: address.trim(), key: null };
  const at = path.indexOf('/');
  const key = at < 0 ? '' : path.slice(at + 1);
  return key === '' ? { url: address.trim(), key: null } : { url: `${base}/${path.slice(0, at)}`, key };
}

/** What may be shown of an address that something is fetched from: no login, no query, no key of RTMP. */
export function shownSource(address: string): string {
  const [base = '', query] = splitKey(address).url.split('?');
  return `${base.replace(/^(\w+:\/\/)[^/@]*@/, '$1')}${query === undefined ? '' : '?••••'}`;
}

/** An address without what only its owner should see: passwords, keys in the query. */
export function shownAddress(address: string): string {
  const [base = '', query] = address.split('?');
  const shown = base.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
  if (query === undefined) return shown;
  const parts = query.split('&').map((part) => {
    const [name = ''] = part.split('=');
    return secretNames.test(name) ? `${name}=••••` : part;
  });
  return `${shown}?${parts.join('&')}`;
}
