// Signs drawn by hand, so that nothing hangs on colour or on a font: tick, cross and triangle are the verdicts.
const PATHS: Record<string, string> = {
  tick: 'M4 13l5 5L20 6', cross: 'M5 5l14 14M19 5L5 19', triangle: 'M12 3.5L21.5 20h-19zM12 10v4.5M12 17.2v.3',
  back: 'M15 4l-8 8 8 8', menu: 'M4 7h16M4 12h16M4 17h16', ring: 'M12 5a7 7 0 1 0 .01 0z', more: 'M5 12h.01M12 12h.01M19 12h.01',
  badge: 'M5 5h14v16H5zM10 7V3h4v4M12 9.5a2 2 0 1 0 .01 0zM8.5 17.5c.4-2.2 1.8-3.2 3.5-3.2s3.1 1 3.5 3.2',
  box: 'M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9', printer: 'M7 9V4h10v5M6 17H4v-7h16v7h-2M7 14h10v6H7z', truck: 'M3 7h11v9H3zM14 10h4l3 3v3h-7zM7 18.5h.01M17 18.5h.01', gear: 'M4 8h9M17 8h3M15 6v4M4 16h3M11 16h9M9 14v4', lines: 'M5 5v14M12 9v10M19 13v6',
};
export function Shape({ is, size = 24 }: { is: string; size?: number }) {
  if (is === 'ring-full') return <svg class="shape" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="7" fill="currentColor" /></svg>;
  return <svg class={'shape shape-' + is} width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width={is === 'more' ? 3.5 : 2.4} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d={PATHS[is] ?? ''} /></svg>;
}
