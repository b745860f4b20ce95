/** The login of Adobe's and Wowza's servers: they turn the connection away with a riddle, and want the answer in the application's name. */
import { createHash, randomBytes } from 'node:crypto';
import type { RtmpAddress } from './address.ts';

const hash = (text: string) => createHash('md5').update(text).digest('base64');

/** What to add to the application's name at the next try; null where the server's words ask for no login that we know, or there is none. */
export function answerLogin(description: string, user: RtmpAddress['user']): string | null {
  if (!user || !/authmod=adobe/.test(description)) return null;
  const name = encodeURIComponent(user.name);
  const asked = /\?reason=needauth(\S*)/.exec(description);
  if (!asked) return /code=403/.test(description) ? `?authmod=adobe&user=${name}` : null;
  // Base64 without escapes: "+" stands for itself.
  const fields = new Map((asked[1] ?? '').split('&').map((field) => [field.split('=', 1)[0], field.slice(field.indexOf('=') + 1)]));
  const [salt = '', opaque, challenge = ''] = ['salt', 'opaque', 'challenge'].map((key) => fields.get(key));
  const ours = randomBytes(4).toString('hex');
  const response = hash(hash(user.name + salt + user.password) + (opaque || challenge) + ours);
  return `?authmod=adobe&user=${name}&challenge=${ours}&response=${response}${opaque ? `&opaque=${opaque}` : ''}`;
}
