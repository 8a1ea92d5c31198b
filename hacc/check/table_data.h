/* What a stick table stores for each key. */
#ifndef HACC_CHECK_TABLE_DATA_H
#define HACC_CHECK_TABLE_DATA_H

#include "hacc/model/config.h"

/* Walks it; begins with .table, a stick-table line or a table line of a peers section, and zeroes. */
struct table_data {
    const struct directive *table;
    const struct arg *list; /* in which the counter found last stands */
    uint32_t arg, from;
};

/* Gives the next counter, NULL: there is none. What cannot be read is passed over. */
const struct keyword *table_data_next(struct table_data *data);

/* Whether only a variable's value tells all that the table stores. */
bool table_is_run_time(const struct directive *table);

/* Whether it stores, or may store, one of "gpc0|gpc" (struct keyword.reads). */
bool table_stores(const struct directive *table, const char *one_of);

/* Whether the argument matched a parameter of the type. */
bool arg_is_of(const struct arg *arg, enum type_id type);

/* Gives the number of the argument of `row` (0: the directive's own) that matched a parameter of the type; arg_count:
 * there is none. */
uint32_t table_param(const struct directive *d, uint16_t row, enum type_id type);

#endif
