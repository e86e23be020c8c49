/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of an explanation while they are collected: equal ones are merged, so that each cause
 * and culprit shows once.
 */
#ifndef WW_ANALYSIS_EXPLAIN_PARTS_H
#define WW_ANALYSIS_EXPLAIN_PARTS_H

#include "analysis/explain/explain.h"

/* Elements: struct ww_cause_part, with their details. Free with g_array_unref. */
GArray *ww_causes_new(void);
/* Adds @part (copied, its texts too) to the one of the same cause, thread, relation, CPU, detail and
 * actor. Empty ones are dropped. */
void ww_causes_add(GArray *causes, const struct ww_cause_part *part);
void ww_causes_sort(GArray *causes); /* largest first, equal ones by first appearance */
int64_t ww_causes_sum_ns(const GArray *causes);
int64_t ww_causes_inferred_ns(const GArray *causes);

/* Elements: struct ww_avoidable_part. Free with g_array_unref. */
GArray *ww_avoidables_new(void);
void ww_avoidables_add(GArray *avoidables, enum ww_avoidable kind, uint16_t cpu, int64_t ns);
void ww_avoidables_sort(GArray *avoidables);
int64_t ww_avoidables_sum_ns(const GArray *avoidables);

#endif
