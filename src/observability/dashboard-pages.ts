import { Column, IWidget, Row } from 'aws-cdk-lib/aws-cloudwatch';
import { DashboardRow, FULL_WIDTH, heading } from './dashboard-widgets';

/** Of one dashboard: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MAX_WIDGETS = 500;
const MAX_METRICS = 2500;

/** Rows by the dashboard that has room for them, in their order. */
export function pagesOf(rows: readonly DashboardRow[]): DashboardRow[][] {
  const pages: DashboardRow[][] = [[]];
  // One is the page's own heading.
  let [widgets, metrics] = [1, 0];
  for (const row of rows) {
    const more = row.reduce((sum, one) => sum + one.metrics, 0);
    if (widgets + row.length > MAX_WIDGETS || metrics + more > MAX_METRICS) {
      pages.push([]);
      [widgets, metrics] = [1, 0];
    }
    pages.at(-1)!.push(row);
    widgets += row.length;
    metrics += more;
  }
  return pages;
}

/** The widgets of a dashboard as they are whenever it is looked at: warmers may come late. */
export class LatePage implements IWidget {
  public readonly width = FULL_WIDTH;
  private origin = { x: 0, y: 0 };
  /** From when its height is asked until it is written. */
  private laidOut?: IWidget;

  /** @param content the heading and the rows */
  constructor(private readonly content: () => { readonly title: string; readonly rows: readonly DashboardRow[] }) {}

  public get height(): number {
    return this.layout().height;
  }

  public position(x: number, y: number): void {
    this.origin = { x, y };
  }

  public toJson(): any[] {
    const layout = this.layout();
    this.laidOut = undefined;
    layout.position(this.origin.x, this.origin.y);
    return layout.toJson();
  }

  private layout(): IWidget {
    if (!this.laidOut) {
      const { title, rows } = this.content();
      this.laidOut = new Column(heading(title).widget, ...rows.map((row) => new Row(...row.map(({ widget }) => widget))));
    }
    return this.laidOut;
  }
}
