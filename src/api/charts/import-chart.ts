import type { Random } from '../../lib/random.js';
import type { AnswerToKeep, Catalogue } from '../../store/catalogue.js';
import type { CheckedChart } from './chart.js';
import { storedChartInPieces } from './served-chart.js';

/** What `POST /v1/charts` answers. */
export interface ImportedChart {
  readonly chartId: string;
  readonly chartVersion: number;
  readonly seatCount: number;
  readonly areaCount: number;
  readonly warnings: readonly string[];
}

export interface ChartImporter {
  readonly catalogue: Catalogue;
  readonly random: Random;
  /** Lets others have their turn. */
  readonly breathe: () => Promise<void>;
}

const chartIdLength = 16;

/** Stores a chart that was read under a new id; null where that id is in use. */
export async function importChart(
  { catalogue, random, breathe }: ChartImporter,
  checked: CheckedChart,
  toKeep: ((answer: object) => Promise<AnswerToKeep>) | null,
): Promise<ImportedChart | null> {
  const stored = await storedChartInPieces(random.id(chartIdLength), checked, breathe);
  const { chartId, chartVersion, seatCount, areaCount } = stored;
  const answer = { chartId, chartVersion, seatCount, areaCount, warnings: checked.warnings };
  return (await catalogue.insertChart(stored, toKeep === null ? null : await toKeep(answer))) ? answer : null;
}
