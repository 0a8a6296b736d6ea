import type { Placement } from '@concierge/contract/mqtt/scenes.ts';
import { programmesStrings } from '@concierge/i18n/office/programmes.ts';
import { isWidgetKind, type WidgetField, type WidgetKind, widgetForms } from '@concierge/kiosk-renderer/widgets/forms.ts';
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useWords } from '../i18n.ts';
import { MediaField } from '../media/media-field.tsx';
import { LocalizedInput } from '../pieces/localized-input.tsx';
import type { DraftFaults } from './draft-faults.ts';
import { faultOfText, faultWords, ruleOfDay } from './fault-words.ts';

type Values = Readonly<Record<string, unknown>>;

/** What can be set about one widget. The fields come from the widget itself. */
export function WidgetFields({
  placement,
  path,
  faults,
  onChange,
}: {
  placement: Placement;
  /** Where the placement stands in the draft. */
  path: string;
  faults: DraftFaults;
  /** `step` names the field, so that the typing of one text is undone as one step. */
  onChange(settings: Placement['settings'], step: string): void;
}) {
  const { t } = useWords();
  const { widget, settings } = placement;
  if (!isWidgetKind(widget)) return null;
  const { fields } = widgetForms[widget];
  if (fields.length === 0) return <p className="muted">{t('widget.nothing')}</p>;
  return (
    <div className="widget-fields">
      {fields.map((field) => (
        <Field
          key={field.name}
          kind={widget}
          field={field}
          values={settings}
          path={`${path}.settings`}
          faults={faults}
          onChange={(values, step) => onChange(values as Placement['settings'], `${placement.id} ${step}`)}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly kind: WidgetKind;
  readonly field: WidgetField;
  readonly values: Values;
  readonly path: string;
  readonly faults: DraftFaults;
  onChange(values: Values, step: string): void;
}

function Field(props: FieldProps) {
  const { kind, field, values, path, faults } = props;
  const { t, language } = useWords();
  const words: { readonly fields: Readonly<Record<string, string>>; readonly options: Readonly<Record<string, string>> } =
    programmesStrings[language].widgets[kind];
  const label = words.fields[field.name] ?? field.name;
  const value = values[field.name];
  const here = `${path}.${field.name}`;
  const fault = faultWords(faults, ruleOf(field, value, t), here);
  const set = (next: unknown, step = here) => props.onChange({ ...values, [field.name]: next }, step);
  switch (field.kind) {
    case 'localized': {
      const text = localizedValue(value);
      const set2 = (draft: { el: string; en: string }) =>
        set(field.optional && draft.el === '' && draft.en === '' ? null : { el: draft.el, en: draft.en === '' ? null : draft.en });
      return (
        <LocalizedInput
          field={field.name}
          label={label}
          value={{ el: text.el, en: text.en ?? '' }}
          onChange={set2}
          faults={{
            ...(faults.has(`${here}.el`) || faults.has(here) ? { [`${field.name}.el`]: faultOfText(text.el) } : {}),
            ...(faults.has(`${here}.en`) ? { [`${field.name}.en`]: faultOfText(text.en) } : {}),
          }}
          lines={field.lines ?? 1}
          required={field.optional !== true}
        />
      );
    }
    case 'choice':
      return (
        <NativeSelect
          label={label}
          value={String(value)}
          onChange={(event) => set(event.currentTarget.value)}
          data={field.options.map((option) => ({ value: option, label: words.options[option] ?? option }))}
          error={fault}
        />
      );
    case 'number':
      return (
        <TextInput
          label={label}
          type="number"
          min={field.least}
          max={field.most}
          value={typeof value === 'number' ? String(value) : ''}
          onChange={(event) => set(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
          error={fault}
        />
      );
    case 'telephone':
      return (
        <TextInput
          label={label}
          type="tel"
          value={textValue(value)}
          onChange={(event) => set(event.currentTarget.value)}
          error={fault}
          withAsterisk
        />
      );
    case 'date':
      return (
        <TextInput
          label={label}
          type="date"
          value={textValue(value)}
          onChange={(event) => set(event.currentTarget.value)}
          error={fault}
          withAsterisk
        />
      );
    case 'time':
      return (
        <TextInput
          label={label}
          type="time"
          value={textValue(value)}
          onChange={(event) => set(event.currentTarget.value === '' && field.optional ? null : event.currentTarget.value)}
          error={fault}
        />
      );
    case 'media':
      return <MediaField label={label} of={field.of} value={value} fault={fault} onChange={(media) => set(media)} />;
    case 'list':
      return <Rows {...props} field={field} label={label} rows={rowsValue(value)} onRows={set} />;
  }
}

/** What the field must be, in words for whoever filled it in otherwise. */
function ruleOf(field: WidgetField, value: unknown, t: ReturnType<typeof useWords>['t']): string {
  switch (field.kind) {
    case 'number':
      return t('widget.faults.number', { least: field.least, most: field.most });
    case 'telephone':
      return t(textValue(value).trim() === '' ? 'fault.required' : 'widget.faults.telephone');
    case 'date':
      return t(ruleOfDay(textValue(value)));
    case 'time':
      return t('widget.faults.time');
    case 'media':
      return t('widget.faults.file');
    case 'choice':
    case 'list':
    case 'localized':
      return t('widget.fault');
  }
}

function Rows({
  kind,
  field,
  label,
  rows,
  path,
  faults,
  onRows,
}: FieldProps & {
  field: Extract<WidgetField, { kind: 'list' }>;
  label: string;
  rows: readonly Values[];
  onRows(rows: readonly Values[], step?: string): void;
}) {
  const { t } = useWords();
  return (
    <fieldset className="field-group">
      <legend>{label}</legend>
      {rows.map((row, index) => (
        <div key={index} className="widget-row" role="group" aria-label={t('widget.row', { number: index + 1 })}>
          <div className="widget-row-fields">
            {field.fields.map((inner) => (
              <Field
                key={inner.name}
                kind={kind}
                field={inner}
                values={row}
                path={`${path}.${field.name}.${index}`}
                faults={faults}
                onChange={(values, step) => onRows(rows.with(index, values), step)}
              />
            ))}
          </div>
          <ActionIcon
            variant="subtle"
            color="alert"
            aria-label={t('widget.removeRow', { number: index + 1 })}
            onClick={() => onRows(rows.toSpliced(index, 1))}
          >
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {rows.length < field.most && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => onRows([...rows, structuredClone(field.row)])}
        >
          {t('widget.addRow')}
        </Button>
      )}
    </fieldset>
  );
}

function localizedValue(value: unknown): { el: string; en: string | null } {
  if (typeof value !== 'object' || value === null || !('el' in value)) return { el: '', en: null };
  return { el: textValue(value.el), en: 'en' in value && typeof value.en === 'string' ? value.en : null };
}

function textValue(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function rowsValue(value: unknown): readonly Values[] {
  return Array.isArray(value) ? value.filter((row): row is Values => typeof row === 'object' && row !== null) : [];
}
