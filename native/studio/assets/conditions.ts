/** Whether the asker has it already: the list of an If-None-Match against an ETag (RFC 9110). */
export function matches(header: string | null, etag: string): boolean {
  const asked = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return asked.includes('*') || asked.includes(etag);
}
