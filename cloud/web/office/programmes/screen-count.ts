import { useWords } from '../i18n.ts';
import { useMe } from '../session/session.ts';

/** How many screens have a programme, in words. Who looks after some buildings only is told of no others, and that it is theirs that are counted. */
export function useScreenCount(): (deviceCount: number) => string {
  const { t } = useWords();
  const isOfAll = useMe()?.grants.some((grant) => grant.buildingId === null) ?? false;
  return (count) => {
    if (count === 0) return t(isOfAll ? 'programme.noScreens' : 'programme.noScreensOfYours');
    return t(isOfAll ? 'programme.screens' : 'programme.screensOfYours', { count });
  };
}
