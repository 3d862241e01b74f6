// Where a person is: kept in the address, so that a reload goes on where it was. Pure but for listen.
export type Route =
  | { at: 'list' } | { at: 'order'; id: string } | { at: 'handover' } | { at: 'printers' } | { at: 'line' } | { at: 'settings' } | { at: 'menu' };

export function readRoute(hash: string): Route {
  const [head, ...rest] = hash.replace(/^#\/?/, '').split('/');
  switch (head) {
    case 'order': { const id = safe(rest.join('/')); return id ? { at: 'order', id } : { at: 'list' }; }
    case 'handover': case 'printers': case 'line': case 'settings': case 'menu': return { at: head };
  }
  return { at: 'list' };
}
function safe(s: string): string { try { return decodeURIComponent(s); } catch { return ''; } }
export const writeRoute = (r: Route): string => (r.at === 'list' ? '#/' : r.at === 'order' ? '#/order/' + encodeURIComponent(r.id) : '#/' + r.at);
