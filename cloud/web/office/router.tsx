import { DeviceNumber, LabelQuery, SerialState } from '@concierge/contract/http/device-batches.ts';
import { ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import { AlertKind, DeviceFilter, DeviceSort, DeviceState, HistoryRange } from '@concierge/contract/http/fleet.ts';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect, type SearchSchemaInput } from '@tanstack/react-router';
import type { ComponentType, FunctionComponent } from 'react';
import { z } from 'zod';
import { ApiProblem } from '../ui/api/problem.ts';
import { fetchedLater } from './pieces/fetched-later.tsx';
import { ListSkeleton } from './pieces/states.tsx';
import { meQuery } from './session/session.ts';
import { NotFound, ScreenProblem, ShellProblem } from './shell/fallbacks.tsx';
import { Shell } from './shell/shell.tsx';

/** Every screen is fetched soon after the first one stands: a network that is gone by then keeps nobody from going to another. */
const screen = (fetchScreen: () => Promise<ComponentType>): FunctionComponent => fetchedLater(fetchScreen, <ListSkeleton />);

const BuildingsScreen = screen(() => import('./buildings/buildings-screen.tsx').then((file) => file.BuildingsScreen));
const BuildingLayout = screen(() => import('./buildings/building-layout.tsx').then((file) => file.BuildingLayout));
const BuildingHome = screen(() => import('./buildings/building-home.tsx').then((file) => file.BuildingHome));
const AnnouncementsScreen = screen(() => import('./announcements/announcements-screen.tsx').then((file) => file.AnnouncementsScreen));
const ApartmentsScreen = screen(() => import('./apartments/apartments-screen.tsx').then((file) => file.ApartmentsScreen));
const WeightsScreen = screen(() => import('./weights/weights-screen.tsx').then((file) => file.WeightsScreen));
const ProgrammesScreen = screen(() => import('./programmes/programmes-screen.tsx').then((file) => file.ProgrammesScreen));
// It brings the lobby's own renderer with it.
const EditorScreen = fetchedLater(
  () => import('./programmes/editor-screen.tsx').then((file) => file.EditorScreen),
  <ListSkeleton />,
  'asked',
);
const PlanScreen = screen(() => import('./plan/plan-screen.tsx').then((file) => file.PlanScreen));
const ScreensScreen = screen(() => import('./screens/screens-screen.tsx').then((file) => file.ScreensScreen));
const ScreenPage = screen(() => import('./screens/screen-page.tsx').then((file) => file.ScreenPage));
const BatchesScreen = screen(() => import('./batches/batches-screen.tsx').then((file) => file.BatchesScreen));
const BatchPage = screen(() => import('./batches/batch-page.tsx').then((file) => file.BatchPage));
const ExpectedScreen = screen(() => import('./batches/expected-screen.tsx').then((file) => file.ExpectedScreen));
const LabelPage = screen(() => import('./batches/label-page.tsx').then((file) => file.LabelPage));
const LoginScreen = screen(() => import('./session/login-screen.tsx').then((file) => file.LoginScreen));

/** What stands in an address is typed by people too: anything unreadable counts as absent. */
const text = z.string().max(200).optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const listSearch = { q: text, sort: text, dir: z.enum(['asc', 'desc']).optional().catch(undefined) };
const loginSearch = z.object({ next: text, ended: flag });
const buildingsSearch = z.object({ ...listSearch, add: flag });
const apartmentsSearch = z.object({ ...listSearch, open: text });
const announcementsSearch = z.object({
  state: z.enum(['current', 'scheduled', 'expired', 'withdrawn']).optional().catch(undefined),
  add: flag,
});
const programmesSearch = z.object({ ...listSearch, add: flag });
const screensSearch = z.object({
  q: text,
  device: text,
  batch: LabelQuery.shape.batch.catch(undefined),
  add: flag,
  code: text,
  state: DeviceState.optional().catch(undefined),
  alert: AlertKind.optional().catch(undefined),
  version: z.string().max(40).optional().catch(undefined),
  buildingId: z.uuid().optional().catch(undefined),
  sort: DeviceSort.optional().catch(undefined),
  ring: DeviceFilter.shape.ring.catch(undefined),
  standing: ReleaseStanding.optional().catch(undefined),
  by: z.enum(['building', 'ring', 'state']).optional().catch(undefined),
  after: z.string().max(600).optional().catch(undefined),
});
const batchSearch = z.object({ state: SerialState.optional().catch(undefined) });
const expectedSearch = z.object({ state: z.enum(['waiting', 'open']).optional().catch(undefined) });
const labelSearch = z.object({ batch: LabelQuery.shape.batch.catch(undefined) });
const screenSearch = z.object({ range: HistoryRange.optional().catch(undefined) });

type Typed<Schema extends z.ZodType> = Partial<z.infer<Schema>> & SearchSchemaInput;

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search: Typed<typeof loginSearch>) => loginSearch.parse(search),
  component: LoginScreen,
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  async beforeLoad({ context, location }) {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 401) {
        throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
      }
      throw problem;
    }
  },
  component: Shell,
  errorComponent: ShellProblem,
});

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad() {
    throw redirect({ to: '/buildings', replace: true });
  },
});

const buildingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/buildings',
  validateSearch: (search: Typed<typeof buildingsSearch>) => buildingsSearch.parse(search),
  component: BuildingsScreen,
});

const buildingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/buildings/$buildingId',
  component: BuildingLayout,
});

const buildingHomeRoute = createRoute({
  getParentRoute: () => buildingRoute,
  path: '/',
  component: BuildingHome,
});

const announcementsRoute = createRoute({
  getParentRoute: () => buildingRoute,
  path: '/announcements',
  validateSearch: (search: Typed<typeof announcementsSearch>) => announcementsSearch.parse(search),
  component: AnnouncementsScreen,
});

const apartmentsRoute = createRoute({
  getParentRoute: () => buildingRoute,
  path: '/apartments',
  validateSearch: (search: Typed<typeof apartmentsSearch>) => apartmentsSearch.parse(search),
  component: ApartmentsScreen,
});

const weightsRoute = createRoute({
  getParentRoute: () => buildingRoute,
  path: '/weights',
  component: WeightsScreen,
});

const screensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/screens',
  validateSearch: (search: Typed<typeof screensSearch>) => screensSearch.parse(search),
  beforeLoad({ search }) {
    // From the label on a device.
    const { device, batch } = search;
    if (device === undefined) return;
    if (DeviceNumber.safeParse(device).success)
      throw redirect({ to: '/labels/$deviceNumber', params: { deviceNumber: device }, search: { batch }, replace: true });
    throw redirect({ to: '/screens', search: { q: device }, replace: true });
  },
  component: ScreensScreen,
});

const batchesRoute = createRoute({ getParentRoute: () => shellRoute, path: '/batches', component: BatchesScreen });

const batchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/batches/$batchId',
  validateSearch: (search: Typed<typeof batchSearch>) => batchSearch.parse(search),
  component: BatchPage,
});

const expectedRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/expected',
  validateSearch: (search: Typed<typeof expectedSearch>) => expectedSearch.parse(search),
  component: ExpectedScreen,
});

const labelRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/labels/$deviceNumber',
  validateSearch: (search: Typed<typeof labelSearch>) => labelSearch.parse(search),
  component: LabelPage,
});

const programmesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/programmes',
  validateSearch: (search: Typed<typeof programmesSearch>) => programmesSearch.parse(search),
  component: ProgrammesScreen,
});

const programmeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/programmes/$configId',
  component: EditorScreen,
});

const screenRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/screens/$deviceId',
  validateSearch: (search: Typed<typeof screenSearch>) => screenSearch.parse(search),
  component: ScreenPage,
});

const planRoute = createRoute({ getParentRoute: () => shellRoute, path: '/plan', component: PlanScreen });

/** The address people know. */
const mySubscriptionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/my-subscription',
  beforeLoad() {
    throw redirect({ to: '/plan', replace: true });
  },
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  shellRoute.addChildren([
    indexRoute,
    buildingsRoute,
    buildingRoute.addChildren([buildingHomeRoute, announcementsRoute, apartmentsRoute, weightsRoute]),
    screensRoute,
    batchesRoute,
    batchRoute,
    expectedRoute,
    labelRoute,
    programmesRoute,
    programmeRoute,
    screenRoute,
    planRoute,
    mySubscriptionRoute,
  ]),
]);

export function createOfficeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    basepath: '/office',
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: ScreenProblem,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createOfficeRouter>;
  }
}
