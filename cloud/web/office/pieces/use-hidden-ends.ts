import { type RefCallback, useCallback } from 'react';

/**
 * Tells what scrolls sideways, in `data-more`, on which side something is out of sight («before», «after»), so that its style can say so; and brings the link to the address
 * `current` into sight.
 */
export function useHiddenEnds(current?: string): RefCallback<HTMLElement> {
  return useCallback(
    (row) => {
      if (row === null) return undefined;
      const tell = () => {
        // Positions are fractions on scaled displays.
        const before = row.scrollLeft > 1;
        const after = row.scrollLeft + row.clientWidth < row.scrollWidth - 1;
        row.dataset['more'] = [before ? 'before' : '', after ? 'after' : ''].join(' ').trim();
      };
      const link = current === undefined ? undefined : row.querySelector(`a[href$="${CSS.escape(current)}"]`)?.getBoundingClientRect();
      const visible = row.getBoundingClientRect();
      if (link !== undefined) row.scrollLeft += link.left - visible.left - (visible.width - link.width) / 2;
      tell();
      const resized = new ResizeObserver(tell);
      resized.observe(row);
      row.addEventListener('scroll', tell, { passive: true });
      return () => {
        resized.disconnect();
        row.removeEventListener('scroll', tell);
      };
    },
    [current],
  );
}
