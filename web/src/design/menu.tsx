/** Which pages each role has, in the order of their use. */
import type { ReactNode } from 'react';
import {
  AppstoreOutlined,
  BankOutlined,
  BarChartOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  ExperimentOutlined,
  HomeOutlined,
  InboxOutlined,
  NotificationOutlined,
  TeamOutlined,
  ToolOutlined,
} from '@ant-design/icons';
import type { Me } from '../accounts/me';
import { TOWN_READERS } from '../../../domain/case/visibility';
import type { Role } from '../../../domain/ledger/entry';
import type { Texts } from '../words/zh';

interface Choice {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: string;
}

interface PageOf {
  readonly path: string;
  readonly name: Exclude<keyof Texts['menu'], 'open' | 'signOut'>;
  readonly icon: ReactNode;
  /** Without: everyone. */
  readonly roles?: readonly Role[];
}

/** The roster that an enterprise keeps is its own. */
const ROSTER = '/enterprises/{own}/roster';

const PAGES: readonly PageOf[] = [
  { path: '/', name: 'work', icon: <CheckSquareOutlined /> },
  { path: '/today', name: 'today', icon: <CalendarOutlined />, roles: ['enterprise', 'liaison'] },
  { path: '/board', name: 'board', icon: <AppstoreOutlined /> },
  { path: '/enterprises', name: 'enterprises', icon: <BankOutlined />, roles: ['official', 'operator', 'village'] },
  { path: ROSTER, name: 'roster', icon: <TeamOutlined />, roles: ['enterprise'] },
  {
    path: '/statistics',
    name: 'statistics',
    icon: <BarChartOutlined />,
    roles: TOWN_READERS,
  },
  {
    path: '/stock',
    name: 'stock',
    icon: <InboxOutlined />,
    roles: ['official', 'storekeeper', 'enterprise', 'liaison', 'volunteer', 'village', 'health', 'operator'],
  },
  { path: '/lodging', name: 'lodging', icon: <HomeOutlined />, roles: ['official', 'village'] },
  { path: '/visits', name: 'visits', icon: <ExperimentOutlined />, roles: ['health', 'official'] },
  { path: '/bulletins', name: 'bulletins', icon: <NotificationOutlined /> },
  { path: '/operations', name: 'operations', icon: <ToolOutlined />, roles: ['operator', 'official'] },
];

export function menuOf(me: Me, t: Texts): Choice[] {
  return PAGES.filter(({ roles }) => !roles || roles.includes(me.role)).map(({ path, name, icon }) => ({
    key: path.replace('{own}', me.enterprise ?? ''),
    icon,
    label: t.menu[name],
  }));
}
