// The service worker: keeps the app's own files so that it starts without a line. It NEVER touches /api, and
// it NEVER takes over by itself: the app says when, with nothing waiting to be sent.
const FILES = __FILES__;
const CACHE = 'picket-' + __VERSION__;

self.addEventListener('install', (e) => {
  e.waitUntil(caches.open(CACHE).then((c) => c.addAll(FILES.map((f) => new Request(f, { cache: 'reload' })))));
});
self.addEventListener('activate', (e) => {
  e.waitUntil(caches.keys().then((all) => Promise.all(all.filter((k) => k.startsWith('picket-') && k !== CACHE).map((k) => caches.delete(k)))).then(() => self.clients.claim()));
});
self.addEventListener('message', (e) => { if (e.data === 'take-over') self.skipWaiting(); });
self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname.endsWith('z')) return;
  const page = e.request.mode === 'navigate';
  if (!page && !FILES.includes(url.pathname)) return;
  e.respondWith(caches.open(CACHE).then((c) => c.match(page ? '/' : url.pathname)).then((kept) => kept || fetch(e.request)));
});
