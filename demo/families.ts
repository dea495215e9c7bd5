import type { Weighted } from './chance.js';

/** How somebody comes by places. */
export type Choice = 'best' | 'byHand' | 'area' | 'wheelchair';

/** What becomes of a hold: `payLess` gives one place back before it pays, `abandon` walks off and lets it run out. */
export type Ending = 'pay' | 'payLater' | 'payLess' | 'changeMind' | 'giveBack' | 'abandon';

/** People who behave alike. Times are medians in milliseconds. */
export interface Family {
  readonly name: string;
  readonly choice: Choice;
  readonly groupSizes: Weighted<number>;
  /** Whether they take seats apart, where there are none together. */
  readonly takesSeatsApart: boolean;
  /** Before they choose, while they hold, while they pay. */
  readonly lookMs: number;
  readonly hesitateMs: number;
  readonly payMs: number;
  readonly endings: Weighted<Ending>;
  /** How often they choose before they give up. */
  readonly tries: number;
}

const decided: Family = {
  name: 'decided',
  choice: 'best',
  groupSizes: [
    [1, 2],
    [2, 6],
    [3, 1],
    [4, 1],
  ],
  takesSeatsApart: false,
  lookMs: 4_000,
  hesitateMs: 5_000,
  payMs: 6_000,
  endings: [
    ['pay', 85],
    ['changeMind', 5],
    ['giveBack', 7],
    ['abandon', 3],
  ],
  tries: 3,
};

const picky: Family = {
  name: 'picky',
  choice: 'byHand',
  groupSizes: [
    [1, 1],
    [2, 6],
    [3, 2],
    [4, 2],
  ],
  takesSeatsApart: false,
  lookMs: 12_000,
  hesitateMs: 12_000,
  payMs: 8_000,
  endings: [
    ['pay', 50],
    ['payLater', 6],
    ['payLess', 9],
    ['changeMind', 25],
    ['giveBack', 8],
    ['abandon', 2],
  ],
  tries: 5,
};

const friends: Family = {
  name: 'friends',
  choice: 'best',
  groupSizes: [
    [4, 3],
    [5, 2],
    [6, 2],
    [8, 1],
  ],
  takesSeatsApart: true,
  lookMs: 8_000,
  hesitateMs: 20_000,
  payMs: 10_000,
  endings: [
    ['pay', 50],
    ['payLater', 15],
    ['payLess', 15],
    ['giveBack', 15],
    ['abandon', 5],
  ],
  tries: 3,
};

const doubtful: Family = {
  name: 'doubtful',
  choice: 'byHand',
  groupSizes: [
    [1, 2],
    [2, 5],
  ],
  takesSeatsApart: false,
  lookMs: 15_000,
  hesitateMs: 25_000,
  payMs: 8_000,
  endings: [
    ['pay', 20],
    ['changeMind', 35],
    ['giveBack', 35],
    ['abandon', 10],
  ],
  tries: 4,
};

const forgetful: Family = {
  name: 'forgetful',
  choice: 'best',
  groupSizes: [
    [1, 1],
    [2, 3],
  ],
  takesSeatsApart: true,
  lookMs: 6_000,
  hesitateMs: 10_000,
  payMs: 8_000,
  endings: [
    ['pay', 30],
    ['abandon', 70],
  ],
  tries: 1,
};

const standing: Family = {
  name: 'standing',
  choice: 'area',
  groupSizes: [
    [1, 3],
    [2, 5],
    [3, 2],
    [4, 2],
  ],
  takesSeatsApart: true,
  lookMs: 4_000,
  hesitateMs: 6_000,
  payMs: 6_000,
  endings: [
    ['pay', 75],
    ['payLess', 10],
    ['giveBack', 10],
    ['abandon', 5],
  ],
  tries: 3,
};

const wheelchair: Family = {
  name: 'wheelchair',
  choice: 'wheelchair',
  groupSizes: [
    [1, 1],
    [2, 4],
  ],
  takesSeatsApart: false,
  lookMs: 8_000,
  hesitateMs: 10_000,
  payMs: 8_000,
  endings: [
    ['pay', 80],
    ['giveBack', 20],
  ],
  tries: 3,
};

/** Who comes to a hall: those who want what it does not have stay at home. */
export function familiesOf(hall: {
  readonly hasSeats: boolean;
  readonly hasAreas: boolean;
  readonly hasWheelchairPlaces: boolean;
}): Weighted<Family> {
  const seated: Weighted<Family> = [
    [decided, 32],
    [picky, 28],
    [friends, 14],
    [doubtful, 14],
    [forgetful, 6],
  ];
  return [
    ...(hall.hasSeats ? seated : []),
    ...(hall.hasAreas ? ([[standing, 25]] as const) : []),
    ...(hall.hasWheelchairPlaces ? ([[wheelchair, 2]] as const) : []),
  ];
}
