/* Formats that HAProxy looks at by what uses them. Up to 2.8 it has variables that only proxies in mode http can show:
 * it looks at most formats where it reads them, so that the mode must stand above; at those of the logs when it has
 * read everything. Then too it finds what has no value in a format that a frontend takes from its defaults. Source:
 * asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

static const enum keyword_id mode_ids[] = {KW_DEFAULTS_MODE};
/* Each of these takes the place of those above it. */
static const enum keyword_id log_ids[] = {KW_DEFAULTS_LOG_FORMAT, KW_DEFAULTS_OPTION_HTTPLOG,
                                          KW_DEFAULTS_OPTION_HTTPSLOG, KW_DEFAULTS_OPTION_TCPLOG};
static const enum keyword_id other_ids[] = {KW_DEFAULTS_LOG_FORMAT_SD, KW_DEFAULTS_ERROR_LOG_FORMAT,
                                            KW_DEFAULTS_UNIQUE_ID_FORMAT};

enum { LOG_IDS = sizeof(log_ids) / sizeof(*log_ids), OTHER_IDS = sizeof(other_ids) / sizeof(*other_ids) };

/* Whether a proxy is known not to be in mode http by that line; NULL: it has none, which is mode tcp. */
static bool is_other_mode(const struct directive *mode)
{
    return !mode || !(mode->args[0].flags & ARG_ENV || text_is(mode->args[0].text, mode->args[0].len, "http"));
}

/* Whether an argument is a format of which all is known. */
static bool is_format(const struct arg *arg)
{
    return arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && sig_at(arg->sig)->type == TYPE_FMT &&
           !(arg->flags & (ARG_ENV | ARG_POISON));
}

/* Gives the first variable of a directive's formats that is mode http's, NULL: there is none; *where becomes the
 * format. */
static const struct keyword *http_variable(const struct config *config, const struct directive *d,
                                           const struct arg **where)
{
    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];
        const struct word word = {.text = arg->text, .len = arg->len};
        const struct keyword *variable;
        uint32_t at = 0;

        if (!is_format(arg))
            continue;
        *where = arg;
        while ((variable = fmt_variable_at(&config->lang, &word, &at)))
            if (variable->modes == 1u << MODE_HTTP)
                return variable;
    }
    return NULL;
}

static bool is_of_logs(const struct directive *d)
{
    return d->kw->id == KW_DEFAULTS_LOG_FORMAT || keyword_is_one_of(d->kw, other_ids, OTHER_IDS);
}

static const char *mode_help(const struct section *section)
{
    return section->context == CONTEXT_GLOBAL ? "the process has no mode, nor a request"
                                              : "'mode http' must stand above it";
}

/* Formats that are read at once: by the mode that stands above. */
static void check_read(struct config *config, const struct section *section, const struct directive *mode)
{
    const struct arg *where;

    for (const struct directive *d = section->first; d; d = d->next) {
        const struct keyword *variable;

        if (d->kw->id == KW_DEFAULTS_MODE)
            mode = d;
        if (is_of_logs(d) || !is_other_mode(mode) || !(variable = http_variable(config, d, &where)))
            continue;
        diag_add(config->diags, RULE_MODE, arg_span(where), mode_help(section),
                 "'%%%s' cannot be shown in another mode than http", variable->name);
    }
}

/* A format that is read at the end: the proxy's own, which haproxy names, or one of its defaults, which others share.
 */
static void check_log(struct config *config, const struct section *section, const struct directive *d)
{
    const struct arg *where;
    const struct keyword *variable = d ? http_variable(config, d, &where) : NULL;

    if (!variable)
        return;
    if (section_find_directive(section, (enum keyword_id)d->kw->id) == d) {
        diag_add(config->diags, RULE_MODE, arg_span(where), "its proxy needs 'mode http'",
                 "'%%%s' cannot be shown in another mode than http", variable->name);
        return;
    }
    diag_add(config->diags, RULE_MODE, section->at, "it needs 'mode http', or a format of its own",
             "'%%%s' in its '%s' cannot be shown in another mode than http", variable->name, d->kw->name);
    diag_place(config->diags, arg_span(where), "the format is here");
}

/* Gives the fetch of the next expression (%[…]) that has no value in a section of that kind; NULL: there is none. */
static const struct keyword *missing_fetch(const struct lang *lang, const struct word *word, enum place_id place,
                                           enum context_id context, uint32_t *at)
{
    uint32_t from;

    while ((from = fmt_expression_at(lang, word, at))) {
        const struct keyword *fetch =
            sample_find(lang, CONTEXT_FETCH, word->text + from, sample_name_end(word, from) - from);

        if (fetch && fetch->matrix && !sample_has_value(fetch, lang->version, place, context))
            return fetch;
    }
    return NULL;
}

/* A format that a frontend may have from its defaults, where HAProxy did not look at it. *told is the one of which it
 * was said last: frontends share it. */
static void check_used(struct config *config, const struct section *section, const struct directive *d,
                       const struct directive **told)
{
    const struct lang *lang = &config->lang;

    for (uint32_t i = 0; d && d != *told && i < d->arg_count; i++) {
        const struct word word = {.text = d->args[i].text, .len = d->args[i].len};
        enum place_id place = (enum place_id)d->kw->place;
        const struct keyword *fetch;
        uint32_t at = 0;

        if (!is_format(&d->args[i]) ||
            !(fetch = missing_fetch(lang, &word, place, (enum context_id)section->context, &at)))
            continue;
        diag_add(config->diags, RULE_BAD_EXPRESSION, arg_span(&d->args[i]),
                 sample_no_value_help(fetch, lang->version, place, (enum context_id)section->context),
                 "sample fetch '%s' has no value %s", fetch->name, sample_places[place].doc);
        diag_place(config->diags, section->at, "this section uses the format");
        *told = d;
    }
}

/* Whether a mode may be set under a condition (.if). */
static bool is_conditional(const struct section *section)
{
    return section && section->flags & KW_BRANCH;
}

static bool has_formats(const struct section *section)
{
    return section_sides(section) || section->context == CONTEXT_DEFAULTS || section->context == CONTEXT_GLOBAL;
}

static void check_frontend(struct config *config, const struct section *section, const struct directive **told)
{
    bool shown_by_mode = config->lang.version < HAP_3_0 && is_other_mode(check_effective(section, mode_ids, 1));

    for (uint32_t i = 0; i <= OTHER_IDS; i++) {
        const struct directive *d =
            i ? check_effective(section, &other_ids[i - 1], 1) : check_effective(section, log_ids, LOG_IDS);

        check_used(config, section, d, &told[i]);
        if (shown_by_mode)
            check_log(config, section, d);
    }
}

void check_formats(struct config *config)
{
    const struct directive *told[OTHER_IDS + 1] = {NULL};

    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        if (!has_formats(section) || section->poison || (section->defaults && section->defaults->poison) ||
            is_conditional(section) || is_conditional(section->defaults))
            continue;
        if (config->lang.version < HAP_3_0)
            check_read(config, section, check_effective(section->defaults, mode_ids, 1));
        if (section_sides(section) & SIDE_FRONTEND && !proxy_is_off(section))
            check_frontend(config, section, told);
    }
}
