#include "hacc/read/cfg_lex.h"

#include "hacc/read/yaml_read.h"

#include <string.h>

void words_init(struct words *words, struct arena *arena)
{
    memset(words, 0, sizeof(*words));
    words->arena = arena;
}

struct word *words_push(struct words *words)
{
    if (words->count == words->cap)
        words->at = arena_extend(words->arena, words->at, words->count, &words->cap, 64, sizeof(*words->at));
    return memset(&words->at[words->count++], 0, sizeof(struct word));
}

/* State of lexing one text. `out` collects the decoded bytes of the current word; where the word turns out to
 * hold a variable, `spelled` collects HAProxy's spelling of it, inside double quotes. */
struct lexer {
    struct words *words;
    struct lang *lang;
    enum cfg_lex_mode mode;
    const char *text;
    uint32_t len, at;
    const struct text_place *place;
    char *decoded, *spelled;
    uint32_t decoded_len, spelled_len;
    uint8_t flags; /* of the word: WORD_ENV, WORD_SPLIT, WORD_QUOTED, WORD_POISON */
    bool changed;  /* the word's text is not what stands in the source */
    bool cut;      /* a \x00 stands in the word: what follows is not part of it */
};

static struct span lexer_span(const struct lexer *lexer, uint32_t from, uint32_t len)
{
    const struct text_place *place = lexer->place;

    if (place->direct)
        return (struct span){place->at.src, place->at.off + from, len};
    if (place->node)
        return yaml_text_span(place->node, from, len, place->sources);
    return place->at;
}

static void put(struct lexer *lexer, char c)
{
    if (lexer->cut)
        return;
    lexer->decoded[lexer->decoded_len++] = c;
    if (c == '"' || c == '\\' || c == '$')
        lexer->spelled[lexer->spelled_len++] = '\\';
    if (c == '\n' || c == '\r' || c == '\t') {
        lexer->spelled[lexer->spelled_len++] = '\\';
        c = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    }
    lexer->spelled[lexer->spelled_len++] = c;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool is_name_char(char c)
{
    return env_name_start(c) || (c >= '0' && c <= '9');
}

static void lex_fault(struct lexer *lexer, enum rule_id rule, uint32_t from, uint32_t len, const char *help,
                      const char *msg)
{
    if (rule_get(rule)->severity == SEVERITY_ERROR)
        lexer->flags |= WORD_POISON;
    diag_add(lexer->lang->diags, rule, lexer_span(lexer, from, len), help, "%s", msg);
}

/* Whether the text ends here: HAProxy ends a line at a carriage return too that stands in or behind a word, even inside
 * quotes. */
static bool at_end(const struct lexer *lexer)
{
    return lexer->at >= lexer->len || (lexer->mode == LEX_CFG && lexer->text[lexer->at] == '\r');
}

/* \xHH */
static void lex_hex(struct lexer *lexer)
{
    int high = lexer->at + 2 < lexer->len ? hex_digit(lexer->text[lexer->at + 2]) : -1;
    int low = lexer->at + 3 < lexer->len ? hex_digit(lexer->text[lexer->at + 3]) : -1;

    if (high < 0 || low < 0) {
        lex_fault(lexer, RULE_BAD_QUOTING, lexer->at, 2, "write two hexadecimal digits, as in \\x41",
                  "'\\x' without two hexadecimal digits");
        lexer->at += 2;
        return;
    }
    if (high || low)
        put(lexer, (char)(high * 16 + low));
    else if (lexer->mode == LEX_CFG)
        lex_fault(lexer, RULE_IGNORED_TEXT, lexer->at, 4, "remove it, and the rest of the word",
                  "HAProxy ends the word at this '\\x00'");
    else
        lex_fault(lexer, RULE_UNSAFE_TEXT, lexer->at, 4, NULL, "'\\x00' would end the word here");
    lexer->cut |= !high && !low;
    lexer->at += 4;
}

static void lex_escape(struct lexer *lexer, bool in_double)
{
    static const char plain[] = " #\\'\"";
    char next = lexer->at + 1 < lexer->len ? lexer->text[lexer->at + 1] : '\0';
    const char *control = next ? strchr("nnrrtt", next) : NULL;

    lexer->changed = true;
    if (next && (strchr(plain, next) || (next == '$' && in_double))) {
        put(lexer, next);
        lexer->at += 2;
    } else if (control) {
        put(lexer, next == 'n' ? '\n' : next == 'r' ? '\r' : '\t');
        lexer->at += 2;
    } else if (next == 'x') {
        lex_hex(lexer);
    } else {
        put(lexer, '\\');
        lexer->at++;
    }
}

/* The variables that HAProxy has for the line being read. */
static const char *const line_variables[] = {".LINE", ".FILE", ".SECTION"};

/* The length of the variable's name at the start of `text`; 0: there is none. */
static uint32_t variable_name_len(const char *text, uint32_t len)
{
    uint32_t i = 0;

    for (size_t k = 0; k < sizeof(line_variables) / sizeof(*line_variables); k++) {
        uint32_t n = (uint32_t)strlen(line_variables[k]);

        if (len >= n && memcmp(text, line_variables[k], n) == 0 && (len == n || !is_name_char(text[n])))
            return n;
    }
    if (!len || !env_name_start(text[0]))
        return 0;
    while (i < len && is_name_char(text[i]))
        i++;
    return i;
}

/* A reference to a variable: $NAME, ${NAME}, ${NAME-default}, ${NAME[*]}, ${NAME[*]-default}. */
struct variable {
    uint32_t len;           /* of the whole reference; 0: there is none */
    enum hap_version since; /* the first version that has this form of it */
    bool split;             /* its value may become several words, or none */
};

/* Reads the reference at text[0] == '$'. `braces`: only the forms with braces. */
static struct variable read_variable(const char *text, uint32_t len, bool braces)
{
    static const struct variable none;
    struct variable variable = {0, HAP_2_2, false};
    bool brace = len > 1 && text[1] == '{';
    uint32_t i = brace ? 2 : 1, name = len > i ? variable_name_len(text + i, len - i) : 0;

    if (!name || (braces && !brace))
        return none;
    if (text[i] == '.')
        variable.since = HAP_2_4;
    i += name;
    if (!brace) {
        variable.len = i;
        return variable;
    }
    if (len - i >= 3 && memcmp(text + i, "[*]", 3) == 0) {
        variable.split = true;
        variable.since = HAP_2_4;
        i += 3;
    }
    if (i < len && text[i] == '-') {
        variable.since = HAP_2_6;
        while (i < len && text[i] != '}')
            i++;
    }
    if (i == len || text[i] != '}')
        return none;
    variable.len = i + 1;
    return variable;
}

/* Reports a form of a variable that the version does not have. */
static bool check_variable(struct lang *lang, const struct variable *variable, struct span at)
{
    if (lang->version >= variable->since)
        return true;
    return diag_add(lang->diags, RULE_WRONG_VERSION, at, NULL, "%s is not in HAProxy %s: it came with %s",
                    variable->since == HAP_2_6 ? "a default in '${NAME-default}'"
                    : variable->split          ? "'${NAME[*]}'"
                                               : "a variable that begins with '.'",
                    hap_version_names[lang->version], hap_version_names[variable->since]);
}

/* Whether the word is a hash of crypt(3), as passwords are: $5$salt$hash. */
static bool is_hash(const struct lexer *lexer)
{
    return lexer->decoded_len >= 2 && lexer->decoded[0] == '$' && lexer->decoded[1] >= '0' && lexer->decoded[1] <= '9';
}

static void report_unquoted(struct lexer *lexer, uint32_t len)
{
    const char *text = lexer->text + lexer->at, *help;
    uint32_t from = text[1] == '{' ? 2 : 1, to = from;

    while (to < len && is_name_char(text[to]))
        to++;
    help = arena_printf(lexer->lang->arena, "write %s${%.*s}%s for the variable, or the text in single quotes",
                        lexer->mode == LEX_YAML ? "" : "\"", (int)(to - from), text + from,
                        lexer->mode == LEX_YAML ? "" : "\"");
    diag_add(lexer->lang->diags, RULE_UNQUOTED_VARIABLE, lexer_span(lexer, lexer->at, len), help,
             "'%.*s' is not expanded here: HAProxy takes it as it stands", (int)len, text);
}

/* A variable is spelled ${X}, so that it is the same word whichever way it was written. */
static void spell_variable(struct lexer *lexer, const char *text, uint32_t len)
{
    bool braces = text[1] == '{';

    if (!braces) {
        memcpy(lexer->spelled + lexer->spelled_len, "${", 2);
        lexer->spelled_len += 2;
        text++;
        len--;
    }
    memcpy(lexer->spelled + lexer->spelled_len, text, len);
    lexer->spelled_len += len;
    if (!braces)
        lexer->spelled[lexer->spelled_len++] = '}';
}

static void lex_variable(struct lexer *lexer, bool in_double)
{
    const char *text = lexer->text + lexer->at;
    uint32_t left = lexer->len - lexer->at;
    struct variable variable = read_variable(text, left, !in_double);

    if (variable.len && (in_double || lexer->mode == LEX_YAML)) {
        if (!check_variable(lexer->lang, &variable, lexer_span(lexer, lexer->at, variable.len)))
            lexer->flags |= WORD_POISON;
        lexer->at += variable.len;
        if (lexer->cut)
            return;
        lexer->flags |= (uint8_t)(WORD_ENV | (variable.split ? WORD_SPLIT : 0));
        spell_variable(lexer, text, variable.len);
        return;
    }
    if (in_double && left > 1 && text[1] == '{' && variable_name_len(text + 2, left - 2))
        lex_fault(lexer, RULE_BAD_QUOTING, lexer->at, 2, "as in ${NAME}, ${NAME-default} or ${NAME[*]}",
                  "no '}' stands behind the name of this variable");
    else if (in_double)
        lex_fault(lexer, RULE_BAD_QUOTING, lexer->at, 1, "write \\$ for the character itself, or use single quotes",
                  "'$' in double quotes begins no variable name");
    else if (lexer->mode == LEX_YAML && left >= 3 && memcmp(text, "$${", 3) == 0) {
        put(lexer, '$'); /* $${ is a literal ${ */
        put(lexer, '{');
        lexer->changed = true;
        lexer->at += 3;
        return;
    } else if (!is_hash(lexer) && (variable = read_variable(text, left, false)).len) {
        report_unquoted(lexer, variable.len);
    }
    put(lexer, '$');
    lexer->at++;
}

/* The end of a quoted part; at_end where its closing quote is missing. */
static void close_quote(struct lexer *lexer, uint32_t open)
{
    if (at_end(lexer)) {
        lex_fault(lexer, RULE_BAD_QUOTING, open, 1, NULL,
                  lexer->text[open] == '"' ? "this '\"' is never closed" : "this \"'\" is never closed");
        lexer->at = lexer->len;
    } else {
        lexer->at++;
    }
}

static void lex_double(struct lexer *lexer)
{
    uint32_t open = lexer->at++;

    while (!at_end(lexer) && lexer->text[lexer->at] != '"') {
        char c = lexer->text[lexer->at];

        if (c == '\\') {
            lex_escape(lexer, true);
        } else if (c == '$') {
            lex_variable(lexer, true);
        } else {
            put(lexer, c);
            lexer->at++;
        }
    }
    close_quote(lexer, open);
}

static void lex_single(struct lexer *lexer)
{
    uint32_t open = lexer->at++;

    while (!at_end(lexer) && lexer->text[lexer->at] != '\'')
        put(lexer, lexer->text[lexer->at++]);
    close_quote(lexer, open);
}

static void finish_word(struct lexer *lexer, uint32_t begin)
{
    struct word *word = words_push(lexer->words);
    uint32_t end = lexer->at > lexer->len ? lexer->len : lexer->at;

    word->at = lexer_span(lexer, begin, end - begin);
    word->flags = lexer->flags;
    word->skew = WORD_SKEWED;
    if (word->flags & WORD_ENV) {
        word->text = arena_printf(lexer->lang->arena, "\"%.*s\"", (int)lexer->spelled_len, lexer->spelled);
        word->len = lexer->spelled_len + 2;
    } else if (!(word->flags & WORD_QUOTED) && !lexer->changed) {
        word->text = lexer->text + begin;
        word->len = end - begin;
        word->skew = lexer->place->direct ? 0 : WORD_SKEWED;
    } else {
        word->text = arena_strndup(lexer->lang->arena, lexer->decoded, lexer->decoded_len);
        word->len = lexer->decoded_len;
        if (!lexer->changed && end - begin == word->len + 2 && lexer->place->direct)
            word->skew = 1;
    }
}

/* One word from lexer->at on, or none where a '#' begins a comment. */
static void lex_word(struct lexer *lexer)
{
    uint32_t begin = lexer->at;

    lexer->decoded_len = lexer->spelled_len = 0;
    lexer->changed = lexer->cut = false;
    lexer->flags = 0;
    while (!at_end(lexer) && !cfg_blank(lexer->text[lexer->at])) {
        char c = lexer->text[lexer->at];

        if (c == '#' && lexer->mode == LEX_CFG)
            break;
        if (c == '"' || c == '\'') {
            lexer->flags |= WORD_QUOTED;
            (c == '"' ? lex_double : lex_single)(lexer);
        } else if (c == '\\') {
            lex_escape(lexer, false);
        } else if (c == '$') {
            lex_variable(lexer, false);
        } else if (c == '\0') {
            lex_fault(lexer, RULE_UNSAFE_TEXT, lexer->at, 1, NULL, "a NUL byte would end the word here");
            lexer->at++;
        } else {
            if (c == '#')
                lex_fault(lexer, RULE_TEXT_COMMENT, lexer->at, 1, "write \\# or put the word in quotes",
                          "HAProxy would cut the line at this '#'");
            put(lexer, c);
            lexer->at++;
        }
    }
    if (lexer->at > begin)
        finish_word(lexer, begin);
}

/* Gives where the line ends that begins at lexer->at: at a comment (its '#'), a carriage return, or the text's end. */
static void lex_rest(struct lexer *lexer)
{
    uint32_t end = lexer->at;

    if (end < lexer->len && lexer->text[end] == '#') {
        lexer->words->comment = end;
        return;
    }
    while (end < lexer->len && cfg_blank(lexer->text[end]))
        end++;
    if (end < lexer->len)
        lex_fault(lexer, RULE_IGNORED_TEXT, end, lexer->len - end, "end lines with a line feed",
                  "HAProxy ends the line at the carriage return before this");
}

/* Text without anything to decode: only blanks separate. */
static bool lex_plain(struct words *words, const char *text, uint32_t len, const struct text_place *place)
{
    for (uint32_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '#' || c == '"' || c == '\'' || c == '\\' || c == '$' || c == '\0' || c == '\r')
            return false;
    }
    for (uint32_t i = 0, begin; i < len;) {
        struct word *word;

        while (i < len && cfg_blank(text[i]))
            i++;
        if (i == len)
            break;
        for (begin = i; i < len && !cfg_blank(text[i]); i++)
            ;
        word = words_push(words);
        word->text = text + begin;
        word->len = i - begin;
        word->at = (struct span){place->at.src, place->at.off + begin, i - begin};
    }
    return true;
}

bool cfg_lex(struct words *words, struct lang *lang, enum cfg_lex_mode mode, const char *text, uint32_t len,
             const struct text_place *place)
{
    struct lexer lexer = {.words = words, .lang = lang, .mode = mode, .text = text, .len = len, .place = place};
    uint32_t errors = lang->diags->errors;

    words->comment = len;
    if (place->direct && lex_plain(words, text, len, place))
        return true;
    lexer.decoded = arena_alloc(lang->arena, len + 1);
    lexer.spelled = arena_alloc(lang->arena, 2 * (size_t)len + 1);
    do {
        while (lexer.at < len && cfg_blank(text[lexer.at]))
            lexer.at++;
        if (lexer.at < len && !(mode == LEX_CFG && text[lexer.at] == '#'))
            lex_word(&lexer);
    } while (lexer.at < len && cfg_blank(text[lexer.at]) && !at_end(&lexer));
    if (mode == LEX_CFG)
        lex_rest(&lexer);
    return lang->diags->errors == errors;
}

void cfg_word(struct word *word, struct lang *lang, const char *text, uint32_t len, bool fixed)
{
    char *decoded, *spelled;
    uint32_t d = 0, s = 0;

    word->text = text;
    word->len = len;
    if (fixed || !memchr(text, '$', len))
        return;
    decoded = arena_alloc(lang->arena, len + 1);
    spelled = arena_alloc(lang->arena, 2 * (size_t)len + 3);
    spelled[s++] = '"';
    for (uint32_t i = 0; i < len;) {
        struct variable variable = {0, HAP_2_2, false};

        if (text[i] == '$')
            variable = read_variable(text + i, len - i, true);
        if (variable.len) {
            if (!check_variable(lang, &variable, word->at))
                word->flags |= WORD_POISON;
            word->flags |= (uint8_t)(WORD_ENV | (variable.split ? WORD_SPLIT : 0));
            memcpy(spelled + s, text + i, variable.len);
            s += variable.len;
            i += variable.len;
            continue;
        }
        if (len - i >= 3 && memcmp(text + i, "$${", 3) == 0)
            i++; /* the first '$' only says that the next one is meant */
        if (text[i] == '"' || text[i] == '\\' || text[i] == '$')
            spelled[s++] = '\\';
        decoded[d++] = spelled[s++] = text[i++];
    }
    spelled[s++] = '"';
    word->text = word->flags & WORD_ENV ? spelled : decoded;
    word->len = word->flags & WORD_ENV ? s : d;
    if (word->len != len)
        word->skew = WORD_SKEWED;
}
