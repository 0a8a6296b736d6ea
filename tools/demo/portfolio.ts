import { seededRandom } from './random.ts';

/** The demo's tenants and buildings: invented people in plausible Greek buildings; two buildings carry published coefficients (DOMAIN 2.2). */
export interface DemoTenant {
  readonly slug: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly people: readonly DemoPerson[];
  readonly buildings: readonly DemoBuilding[];
}

export interface DemoPerson {
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
  readonly phone: string;
  readonly officeRole: 'office_manager' | 'office_staff' | null;
  readonly memberships: readonly { readonly building: string; readonly role: 'internal_manager' | 'resident' }[];
}

export interface DemoBuilding {
  readonly key: string;
  readonly name: { readonly el: string; readonly en: string };
  readonly addressLine: { readonly el: string; readonly en: string };
  readonly city: { readonly el: string; readonly en: string };
  readonly postalCode: string;
  readonly apartments: readonly DemoApartment[];
  /** What the heating table's parts make; 10 000 where the study has four decimals. */
  readonly heatingTotal: 1_000 | 10_000;
  readonly screens: readonly string[];
}

export interface DemoApartment {
  readonly label: string;
  readonly floor: number;
  readonly areaSquareMetres: number;
  readonly general: number;
  readonly elevator: number;
  readonly heating: number;
  readonly remainingChargeHundredths: number;
}

const athens = { el: 'Αθήνα', en: 'Athens' };

export const demoTenants: readonly DemoTenant[] = [
  {
    slug: 'athina',
    name: 'Αθηνά Διαχείριση Πολυκατοικιών',
    hosts: ['athina.localhost'],
    people: [
      {
        email: 'maria@athina.example',
        password: 'demo-athina-1',
        fullName: 'Μαρία Παπαδοπούλου',
        phone: '+30 210 5550101',
        officeRole: 'office_manager',
        memberships: [],
      },
      {
        email: 'kostas@athina.example',
        password: 'demo-athina-2',
        fullName: 'Κώστας Αναγνώστου',
        phone: '+30 210 5550102',
        officeRole: 'office_staff',
        memberships: [],
      },
      {
        email: 'eleni@athina.example',
        password: 'demo-athina-3',
        fullName: 'Ελένη Γεωργίου',
        phone: '+30 694 5550103',
        officeRole: null,
        memberships: [{ building: 'alkmanos', role: 'internal_manager' }],
      },
      {
        email: 'nikos@athina.example',
        password: 'demo-athina-4',
        fullName: 'Νίκος Δημητρίου',
        phone: '+30 697 5550104',
        officeRole: null,
        memberships: [{ building: 'alkmanos', role: 'resident' }],
      },
    ],
    buildings: [
      {
        key: 'alkmanos',
        name: { el: 'Αλκμάνος 22', en: 'Alkmanos 22' },
        addressLine: { el: 'Αλκμάνος 22', en: '22 Alkmanos Street' },
        city: athens,
        postalCode: '11528',
        heatingTotal: 1_000,
        screens: ['Είσοδος Αλκμάνος'],
        apartments: apartmentsOf([
          ['Α1 κατάστημα', 0, 62, 120, 0, 130, 30],
          ['Α2', 1, 78, 150, 120, 150, 25],
          ['Β1', 2, 92, 180, 170, 170, 28],
          ['Β2', 2, 91, 180, 210, 180, 24],
          ['Γ1', 3, 96, 190, 240, 170, 26],
          ['Γ2', 3, 94, 180, 260, 200, 35],
        ]),
      },
      {
        key: 'solonos',
        name: { el: 'Σόλωνος 71', en: 'Solonos 71' },
        addressLine: { el: 'Σόλωνος 71', en: '71 Solonos Street' },
        city: athens,
        postalCode: '10679',
        heatingTotal: 10_000,
        screens: [],
        apartments: publishedHours(),
      },
      {
        key: 'kifisias',
        name: { el: 'Κηφισίας 148', en: 'Kifisias 148' },
        addressLine: { el: 'Λεωφόρος Κηφισίας 148', en: '148 Kifisias Avenue' },
        city: athens,
        postalCode: '11525',
        heatingTotal: 1_000,
        screens: ['Είσοδος Κηφισίας'],
        apartments: regularBuilding('kifisias', 6, 4),
      },
      {
        key: 'viktorias',
        name: { el: 'Πλατεία Βικτωρίας 9', en: 'Victoria Square 9' },
        addressLine: { el: 'Πλατεία Βικτωρίας 9', en: '9 Victoria Square' },
        city: athens,
        postalCode: '10434',
        heatingTotal: 1_000,
        screens: ['Είσοδος Βικτωρίας', 'Ισόγειο, ανελκυστήρες'],
        apartments: regularBuilding('viktorias', 10, 6),
      },
    ],
  },
  {
    slug: 'thermaikos',
    name: 'Θερμαϊκός Κοινόχρηστα',
    hosts: ['thermaikos.localhost'],
    people: [
      {
        email: 'giorgos@thermaikos.example',
        password: 'demo-thermaikos-1',
        fullName: 'Γιώργος Οικονόμου',
        phone: '+30 2310 555201',
        officeRole: 'office_manager',
        memberships: [],
      },
      {
        email: 'anna@thermaikos.example',
        password: 'demo-thermaikos-2',
        fullName: 'Άννα Κωνσταντινίδου',
        phone: '+30 698 5550202',
        officeRole: null,
        memberships: [{ building: 'antistaseos', role: 'resident' }],
      },
    ],
    buildings: [
      {
        key: 'antistaseos',
        name: { el: 'Εθνικής Αντιστάσεως 33', en: 'Ethnikis Antistaseos 33' },
        addressLine: { el: 'Εθνικής Αντιστάσεως 33, Καλαμαριά', en: '33 Ethnikis Antistaseos Street, Kalamaria' },
        city: { el: 'Θεσσαλονίκη', en: 'Thessaloniki' },
        postalCode: '55133',
        heatingTotal: 1_000,
        screens: ['Είσοδος Καλαμαριάς'],
        apartments: publishedHeatMeters(),
      },
    ],
  },
];

/** DOMAIN 2.2, type 2: thirteen apartments with hour meters; ε in ten-thousandths, f in hundredths. General and elevator shares are ours. */
function publishedHours(): DemoApartment[] {
  const heating = [663, 560, 1128, 581, 388, 637, 569, 1084, 1078, 740, 725, 924, 923];
  const remaining = [26, 36, 35, 31, 27, 31, 41, 40, 35, 21, 31, 31, 25];
  return withShares('solonos', heating, remaining, 10_000, (index) => (index < 1 ? 0 : 1 + Math.floor((index - 1) / 3)));
}

/** DOMAIN 2.2, type 3: nine apartments with heat meters; ε in thousandths, f in hundredths. */
function publishedHeatMeters(): DemoApartment[] {
  const heating = [79, 87, 102, 132, 102, 132, 102, 132, 132];
  const remaining = [26, 26, 35, 39, 35, 39, 35, 39, 29];
  return withShares('antistaseos', heating, remaining, 1_000, (index) => Math.floor(index / 2));
}

function withShares(
  seed: string,
  heating: readonly number[],
  remaining: readonly number[],
  heatingTotal: number,
  floorOf: (index: number) => number,
): DemoApartment[] {
  const general = inThousandths(heating, heatingTotal);
  const elevator = inThousandths(heating.map((part, index) => part * floorOf(index)));
  const random = seededRandom(seed);
  return heating.map((part, index) => ({
    label: labelOf(floorOf(index), heating.slice(0, index).filter((_, before) => floorOf(before) === floorOf(index)).length),
    floor: floorOf(index),
    areaSquareMetres: 45 + Math.round((part / heatingTotal) * 600) + random.below(6),
    general: general[index] ?? 0,
    elevator: elevator[index] ?? 0,
    heating: part,
    remainingChargeHundredths: remaining[index] ?? 0,
  }));
}

/** A building of `floors` floors with `perFloor` apartments each, sizes varied but always the same. */
function regularBuilding(seed: string, floors: number, perFloor: number): DemoApartment[] {
  const random = seededRandom(seed);
  const plans = Array.from({ length: floors * perFloor }, (_, index) => ({
    floor: 1 + Math.floor(index / perFloor),
    area: 52 + random.below(60),
  }));
  const general = inThousandths(plans.map((plan) => plan.area));
  const elevator = inThousandths(plans.map((plan) => plan.area * plan.floor));
  const heating = inThousandths(plans.map((plan) => plan.area * (plan.floor === floors ? 130 : 100)));
  return plans.map((plan, index) => ({
    label: labelOf(plan.floor, index % perFloor),
    floor: plan.floor,
    areaSquareMetres: plan.area,
    general: general[index] ?? 0,
    elevator: elevator[index] ?? 0,
    heating: heating[index] ?? 0,
    remainingChargeHundredths: 24 + random.below(14),
  }));
}

/** Whole thousandths in proportion, by largest remainder, so that they make exactly 1000. */
function inThousandths(values: readonly number[], total = values.reduce((sum, value) => sum + value, 0)): number[] {
  const floors = values.map((value) => Math.floor((value * 1_000) / total));
  const order = values
    .map((value, index) => ({ index, rest: (value * 1_000) % total }))
    .sort((left, right) => right.rest - left.rest || left.index - right.index);
  const missing = 1_000 - floors.reduce((sum, value) => sum + value, 0);
  for (const { index } of order.slice(0, missing)) floors[index] = (floors[index] ?? 0) + 1;
  return floors;
}

function labelOf(floor: number, place: number): string {
  const letters = ['ΙΣ', 'Α', 'Β', 'Γ', 'Δ', 'Ε', 'ΣΤ', 'Ζ', 'Η', 'Θ', 'Ι'];
  return `${letters[floor] ?? `${floor}`}${place + 1}`;
}

function apartmentsOf(rows: readonly (readonly [string, number, number, number, number, number, number])[]): DemoApartment[] {
  return rows.map(([label, floor, areaSquareMetres, general, elevator, heating, remainingChargeHundredths]) => ({
    label,
    floor,
    areaSquareMetres,
    general,
    elevator,
    heating,
    remainingChargeHundredths,
  }));
}
