#include "exchange/sheets.h"
#include "exchange/left_sheets.h"
#include "exchange/measured_sheets.h"
#include "exchange/report_sheets.h"
#include "exchange/runs_sheets.h"

bool sheets_of(const struct summary *summary, struct sheets *sheets)
{
    *sheets = (struct sheets){0};
    sheet_pairs(summary, sheets);
    sheet_runs(summary, sheets);
    sheet_growth(summary, sheets);
    sheet_parked(summary, sheets);
    sheet_left(summary, sheets);
    sheet_made(summary, sheets);
    sheet_deaths(summary, sheets);
    sheet_forecasts(summary, sheets);
    sheet_benchmarks(summary->benchmarks, sheets);
    sheet_versus(summary->versus, sheets);
    sheet_detectors(summary->detections, sheets);
    sheet_detections(summary->detections, sheets);
    return !sheets->failed;
}
