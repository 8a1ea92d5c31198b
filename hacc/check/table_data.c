#include "hacc/check/table_data.h"

#include "hacc/lang/value.h"

bool arg_is_of(const struct arg *arg, enum type_id type)
{
    return arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && sig_at(arg->sig)->type == type;
}

const struct keyword *table_data_next(struct table_data *data)
{
    for (; data->arg < data->table->arg_count; data->arg++, data->from = 0) {
        const struct arg *arg = &data->table->args[data->arg];

        while (arg_is_of(arg, TYPE_LIST) && !(arg->flags & ARG_ENV) && data->from < arg->len) {
            uint32_t from = data->from, end = from;
            const struct keyword *kw;

            while (end < arg->len && (is_alnum(arg->text[end]) || arg->text[end] == '_'))
                end++;
            data->from = end + 1;
            data->list = arg;
            kw = keyword_find(CONTEXT_TABLE_DATA, arg->text + from, end - from, HAP_NEWEST, NULL);
            if (kw)
                return kw;
        }
    }
    return NULL;
}

bool table_is_run_time(const struct directive *table)
{
    for (uint32_t i = 0; i < table->arg_count; i++)
        if (table->args[i].flags & ARG_ENV && (arg_is_of(&table->args[i], TYPE_LIST) || !table->args[i].sig))
            return true;
    return false;
}

bool table_stores(const struct directive *table, const char *one_of)
{
    struct table_data data = {.table = table};
    const struct keyword *kw;

    while ((kw = table_data_next(&data)))
        if (keyword_fulfils(kw, one_of))
            return true;
    return table_is_run_time(table);
}

uint32_t table_param(const struct directive *d, uint16_t row, enum type_id type)
{
    uint32_t i = 0;

    while (i < d->arg_count && !(d->args[i].row == row && arg_is_of(&d->args[i], type)))
        i++;
    return i;
}
