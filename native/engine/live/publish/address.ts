/** An RTMP address taken apart: host, port, application and stream, as servers want them named one by one. */
import { Trouble } from './trouble.ts';

export interface RtmpAddress {
  secure: boolean;
  host: string;
  port: number;
  app: string;
  /** The stream's name: the key. */
  stream: string;
  /** The address of the application, as the server is told it. */
  tcUrl: string;
  user: { name: string; password: string } | null;
}

/** All of the path up to its last part is the application. Throws Trouble for what is no address. */
export function parseAddress(url: string): RtmpAddress {
  const parts = /^(rtmps?):\/\/(?:([^@/]*)@)?(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?\/([^?]*)(\?.*)?$/i.exec(url);
  const [, scheme = '', login, host = '', port, path = '', query = ''] = parts ?? [];
  if (!parts || path === '') throw new Trouble('impossible', 'The address is not like rtmp://host/app/key.');
  const secure = scheme.toLowerCase() === 'rtmps';
  const usual = secure ? 443 : 1935;
  const slash = path.lastIndexOf('/');
  const app = slash < 0 ? path : path.slice(0, slash);
  const stream = slash < 0 ? query : path.slice(slash + 1) + query;
  const [name = '', password = ''] = (login ?? '').split(':').map(decodeURIComponent);
  const shownPort = port && Number(port) !== usual ? `:${port}` : '';
  return {
    secure,
    host: host.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : usual,
    app,
    stream,
    tcUrl: `${scheme.toLowerCase()}://${host}${shownPort}/${app}`,
    user: login ? { name, password } : null,
  };
}
