/** What a browser is shown that does not know the token: a page of its own that needs no script. */

const styleUrl = '/locked.css';

/** `sentence` says why it is shown; `again` makes the browser ask once more by itself. */
const lockedPage = (sentence: string, again: boolean): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>Muxwell is locked</title>${again ? '\n    <meta http-equiv="refresh" content="0; url=/">' : ''}
    <link rel="stylesheet" href="${styleUrl}">
  </head>
  <body>
    <main>
      <h1>Muxwell is locked</h1>
      <p>${sentence}</p>
      <p>Open the address that <code>muxwell serve</code> printed when it started, or enter its token: the part after <code>?token=</code>.</p>
      <form method="get" action="/">
        <label for="token">Token</label>
        <div>
          <input id="token" name="token" type="password" required autofocus autocomplete="off" spellcheck="false">
          <button>Open</button>
        </div>
      </form>
    </main>
  </body>
</html>
`;

/** The colours are those of the page's own two themes. */
const style = `:root {
  color-scheme: light;
  --ground: #f5f3ef; --panel: #faf9f6; --raised: #fff; --line: #c9c2b7;
  --text: #1d2229; --muted: #58616d; --accent: #2462d4; --accent-hover: #1c55bd; --link: #1b54bb;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #0e1217; --panel: #141920; --raised: #1b222b; --line: #364150;
    --text: #e7ebf1; --muted: #9aa6b5; --accent: #2d6cdf; --accent-hover: #2560cb; --link: #84b3ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px;
  background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
}
main { width: 100%; max-width: 440px; padding: 32px; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 1.3; }
p { margin: 0 0 12px; color: var(--muted); }
code { color: var(--text); font: 0.92em ui-monospace, monospace; }
form { margin-top: 24px; }
label { display: block; margin-bottom: 4px; font-size: 13px; font-weight: 600; }
form div { display: flex; gap: 8px; }
input {
  flex: 1; min-width: 0; height: 36px; padding: 0 12px; font: inherit;
  color: var(--text); background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
}
button { height: 36px; padding: 0 20px; font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 0; border-radius: 6px; }
button:hover { background: var(--accent-hover); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

/** The answer to whoever is not let in: the page for a browser that shows it, else one sentence. */
export function lockedAnswer(request: Request, wrongToken: boolean): Response {
  const sentence = wrongToken ? 'That token is not the right one.' : 'This studio opens with its token.';
  const headers = { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' };
  if (!request.headers.get('accept')?.includes('text/html'))
    return new Response(`${sentence}\n`, { status: 401, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
  // Who follows a link on another site is sent here without the cookie; asked from here, the browser sends it along.
  const again = !wrongToken && request.headers.get('sec-fetch-site') === 'cross-site';
  const page = lockedPage(sentence, again);
  return new Response(page, { status: 401, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
}

/** The page's looks, which everybody may have; null for any other path. */
export const lockedStyle = (pathname: string): Response | null =>
  pathname === styleUrl
    ? new Response(style, { headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' } })
    : null;
