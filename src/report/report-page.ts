import { ReportData } from './report-data';

export function reportPage(data: ReportData): string {
  return JSON.stringify(data);
}
