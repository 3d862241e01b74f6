import { useEffect, useState } from 'preact/hooks';
import { HandOver } from './screens/HandOver';
import { List } from './screens/List';
import { OrderScreen } from './screens/Order';
import { Cards, Newer, Verdict } from './screens/Over';
import { LinePage, Menu, Printers, Settings } from './screens/Pages';
import { SignIn } from './screens/SignIn';
import { useStore, useWords } from './ui/use';

/** Whether there is room for the list beside the work. */
function useWide(): boolean {
  const [wide, set] = useState(() => matchMedia('(min-width: 1000px)').matches);
  useEffect(() => {
    const m = matchMedia('(min-width: 1000px)'), on = () => set(m.matches);
    m.addEventListener('change', on);
    return () => m.removeEventListener('change', on);
  }, []);
  return wide;
}

export function App() {
  const s = useStore(), t = useWords(), wide = useWide(), r = s.route.value, set = s.settings.value;
  useEffect(() => {
    const root = document.documentElement;
    root.lang = set.language;
    root.dataset.theme = set.theme;
    root.dataset.hand = set.hand;
    document.title = t('app.name');
  }, [set.language, set.theme, set.hand]);
  if (!s.me.value) return <><SignIn /><Verdict /></>;
  const work = r.at === 'order' ? <OrderScreen key={r.id} id={r.id} /> : r.at === 'handover' ? <HandOver /> : r.at === 'printers' ? <Printers /> : r.at === 'line' ? <LinePage /> : r.at === 'settings' ? <Settings /> : r.at === 'menu' ? <Menu /> : null;
  return (
    <>
      <main class={wide ? 'panes' : 'pane'}>
        {wide ? <><List selected={r.at === 'order' ? r.id : undefined} />{work ?? <section class="screen idle"><p class="small">{t('list.idle')}</p></section>}</> : work ?? <List />}
      </main>
      <Cards />
      <Newer />
      <Verdict />
    </>
  );
}
