import { Input, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';

/** In which building a screen hangs. An office of one building is told which, and not asked. */
export function BuildingChoice({
  label,
  value,
  choose,
  error,
  isFirst = false,
  onChange,
}: {
  label: string;
  value: string;
  /** What stands there while none is chosen; without it one always is. */
  choose?: string;
  error?: ReactNode;
  /** Whether the form begins with it. */
  isFirst?: boolean;
  onChange(buildingId: string): void;
}) {
  const { language } = useWords();
  const { data: buildings, error: problem, refetch } = useQuery(buildingsQuery);
  if (buildings === undefined)
    return problem === null ? <ListSkeleton rows={1} /> : <ReadProblem problem={problem} onRetry={() => void refetch()} />;
  const [only] = buildings;
  if (only !== undefined && buildings.length === 1 && (value === '' || value === only.id))
    return (
      <Input.Wrapper label={label} labelElement="div">
        <p>{localized(only.name, language)}</p>
      </Input.Wrapper>
    );
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        ...(choose === undefined ? [] : [{ value: '', label: choose }]),
        ...buildings.map((building) => ({ value: building.id, label: localized(building.name, language) })),
      ]}
      error={error}
      withAsterisk={choose !== undefined}
      {...(isFirst ? { 'data-autofocus': true } : {})}
    />
  );
}
