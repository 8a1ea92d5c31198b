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
    bool env, changed, bad;
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
    lexer->bad = true;
    diag_add(lexer->lang->diags, rule, lexer_span(lexer, from, len), help, "%s", msg);
}

static void lex_escape(struct lexer *lexer, bool in_double)
{
    static const char plain[] = " #\\'\"";
    char next = lexer->at + 1 < lexer->len ? lexer->text[lexer->at + 1] : '\0';
    const char *control = next ? strchr("nnrrtt", next) : NULL;
    int high, low;

    lexer->changed = true;
    if (next && (strchr(plain, next) || (next == '$' && in_double))) {
        put(lexer, next);
        lexer->at += 2;
    } else if (control) {
        put(lexer, next == 'n' ? '\n' : next == 'r' ? '\r' : '\t');
        lexer->at += 2;
    } else if (next == 'x') {
        high = lexer->at + 2 < lexer->len ? hex_digit(lexer->text[lexer->at + 2]) : -1;
        low = lexer->at + 3 < lexer->len ? hex_digit(lexer->text[lexer->at + 3]) : -1;
        if (high < 0 || low < 0)
            lex_fault(lexer, RULE_BAD_QUOTING, lexer->at, 2, "write two hexadecimal digits, as in \\x41",
                      "'\\x' without two hexadecimal digits");
        else if (!high && !low)
            lex_fault(lexer, RULE_UNSAFE_TEXT, lexer->at, 4, NULL, "'\\x00' would end the word here");
        else
            put(lexer, (char)(high * 16 + low));
        lexer->at += high < 0 || low < 0 ? 2 : 4;
    } else {
        put(lexer, '\\');
        lexer->at++;
    }
}

/* The length of a variable reference at text[0] == '$': $NAME, ${NAME}, ${NAME-default}, ${NAME[*]}; 0: none.
 * `braces`: only the forms with braces. */
static uint32_t variable_len(const char *text, uint32_t len, bool braces)
{
    uint32_t i = 1;

    if (len > 2 && text[1] == '{' && env_name_start(text[2])) {
        for (i = 3; i < len && is_name_char(text[i]); i++)
            ;
        if (len - i >= 3 && memcmp(text + i, "[*]", 3) == 0)
            i += 3;
        if (i < len && text[i] == '-')
            while (i < len && text[i] != '}')
                i++;
        return i < len && text[i] == '}' ? i + 1 : 0;
    }
    if (braces || len < 2 || !env_name_start(text[1]))
        return 0;
    while (i < len && is_name_char(text[i]))
        i++;
    return i;
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

static void lex_variable(struct lexer *lexer, bool in_double)
{
    const char *text = lexer->text + lexer->at;
    uint32_t left = lexer->len - lexer->at;
    uint32_t len = variable_len(text, left, !in_double);

    if (len && (in_double || lexer->mode == LEX_YAML)) {
        lexer->env = true;
        memcpy(lexer->decoded + lexer->decoded_len, text, len);
        memcpy(lexer->spelled + lexer->spelled_len, text, len);
        lexer->decoded_len += len;
        lexer->spelled_len += len;
        if (lexer->lang->version < HAP_2_4 && memchr(text, '-', len))
            lex_fault(lexer, RULE_WRONG_VERSION, lexer->at, len, NULL,
                      "a default in '${NAME-default}' came with HAProxy 2.4");
        lexer->at += len;
        return;
    }
    if (in_double)
        lex_fault(lexer, RULE_BAD_QUOTING, lexer->at, 1, "write \\$ for the character itself, or use single quotes",
                  "'$' in double quotes begins no variable name");
    else if (lexer->mode == LEX_YAML && left >= 3 && memcmp(text, "$${", 3) == 0) {
        put(lexer, '$'); /* $${ is a literal ${ */
        put(lexer, '{');
        lexer->changed = true;
        lexer->at += 3;
        return;
    } else if (!is_hash(lexer) && (len = variable_len(text, left, false))) {
        report_unquoted(lexer, len);
    }
    put(lexer, '$');
    lexer->at++;
}

static void lex_double(struct lexer *lexer)
{
    uint32_t open = lexer->at++;

    while (lexer->at < lexer->len && lexer->text[lexer->at] != '"') {
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
    if (lexer->at >= lexer->len)
        lex_fault(lexer, RULE_BAD_QUOTING, open, 1, NULL, "this '\"' is never closed");
    lexer->at++;
}

static void lex_single(struct lexer *lexer)
{
    uint32_t open = lexer->at++;

    while (lexer->at < lexer->len && lexer->text[lexer->at] != '\'')
        put(lexer, lexer->text[lexer->at++]);
    if (lexer->at >= lexer->len)
        lex_fault(lexer, RULE_BAD_QUOTING, open, 1, NULL, "this \"'\" is never closed");
    lexer->at++;
}

static void finish_word(struct lexer *lexer, uint32_t begin, bool quoted)
{
    struct word *word = words_push(lexer->words);
    uint32_t end = lexer->at > lexer->len ? lexer->len : lexer->at;

    word->at = lexer_span(lexer, begin, end - begin);
    word->flags = (uint8_t)((quoted ? WORD_QUOTED : 0) | (lexer->env ? WORD_ENV : 0) | (lexer->bad ? WORD_POISON : 0));
    word->skew = WORD_SKEWED;
    if (lexer->env) {
        word->text = arena_printf(lexer->lang->arena, "\"%.*s\"", (int)lexer->spelled_len, lexer->spelled);
        word->len = lexer->spelled_len + 2;
    } else if (!quoted && !lexer->changed) {
        word->text = lexer->text + begin;
        word->len = end - begin;
        word->skew = lexer->place->direct ? 0 : WORD_SKEWED;
    } else {
        word->text = arena_strndup(lexer->lang->arena, lexer->decoded, lexer->decoded_len);
        word->len = lexer->decoded_len;
        if (!lexer->changed && quoted && end - begin == word->len + 2 && lexer->place->direct)
            word->skew = 1;
    }
}

/* One word from lexer->at on. Gives false at a '#' that ends the line. */
static bool lex_word(struct lexer *lexer)
{
    uint32_t begin = lexer->at;
    bool quoted = false;

    lexer->decoded_len = lexer->spelled_len = 0;
    lexer->env = lexer->changed = lexer->bad = false;
    while (lexer->at < lexer->len) {
        char c = lexer->text[lexer->at];

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            break;
        if (c == '#' && lexer->mode == LEX_CFG)
            break;
        if (c == '#') {
            lex_fault(lexer, RULE_TEXT_COMMENT, lexer->at, 1, "write \\# or put the word in quotes",
                      "HAProxy would cut the line at this '#'");
            put(lexer, c);
            lexer->at++;
        } else if (c == '"' || c == '\'') {
            quoted = true;
            (c == '"' ? lex_double : lex_single)(lexer);
        } else if (c == '\\') {
            lex_escape(lexer, false);
        } else if (c == '$') {
            lex_variable(lexer, false);
        } else if (c == '\0') {
            lex_fault(lexer, RULE_UNSAFE_TEXT, lexer->at, 1, NULL, "a NUL byte would end the word here");
            lexer->at++;
        } else {
            put(lexer, c);
            lexer->at++;
        }
    }
    if (lexer->at > begin)
        finish_word(lexer, begin, quoted);
    return lexer->at >= lexer->len || lexer->text[lexer->at] != '#';
}

/* Text without anything to decode: only blanks separate. */
static bool lex_plain(struct words *words, const char *text, uint32_t len, const struct text_place *place)
{
    for (uint32_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '#' || c == '"' || c == '\'' || c == '\\' || c == '$' || c == '\0')
            return false;
    }
    for (uint32_t i = 0, begin; i < len;) {
        struct word *word;

        while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
            i++;
        if (i == len)
            break;
        for (begin = i; i < len && text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r'; i++)
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
    bool go_on = true;

    words->comment = len;
    if (place->direct && lex_plain(words, text, len, place))
        return true;
    lexer.decoded = arena_alloc(lang->arena, len + 1);
    lexer.spelled = arena_alloc(lang->arena, 2 * (size_t)len + 1);
    while (go_on) {
        while (lexer.at < len &&
               (text[lexer.at] == ' ' || text[lexer.at] == '\t' || text[lexer.at] == '\n' || text[lexer.at] == '\r'))
            lexer.at++;
        if (lexer.at >= len)
            break;
        go_on = lex_word(&lexer);
    }
    if (!go_on)
        words->comment = lexer.at;
    return lang->diags->errors == errors;
}

void cfg_word(struct word *word, struct lang *lang, const char *text, uint32_t len, bool fixed)
{
    char *decoded, *spelled;
    uint32_t d = 0, s = 0;
    bool env = false;

    word->text = text;
    word->len = len;
    if (fixed || !memchr(text, '$', len))
        return;
    decoded = arena_alloc(lang->arena, len + 1);
    spelled = arena_alloc(lang->arena, 2 * (size_t)len + 3);
    spelled[s++] = '"';
    for (uint32_t i = 0; i < len;) {
        uint32_t n = text[i] == '$' ? variable_len(text + i, len - i, true) : 0;

        if (n) {
            env = true;
            memcpy(decoded + d, text + i, n);
            memcpy(spelled + s, text + i, n);
            d += n;
            s += n;
            i += n;
            continue;
        }
        if (len - i >= 3 && memcmp(text + i, "$${", 3) == 0)
            i++; /* the first '$' only says that the next one is meant */
        if (text[i] == '"' || text[i] == '\\' || text[i] == '$')
            spelled[s++] = '\\';
        decoded[d++] = spelled[s++] = text[i++];
    }
    spelled[s++] = '"';
    word->text = env ? spelled : decoded;
    word->len = env ? s : d;
    if (env)
        word->flags |= WORD_ENV;
    if (word->len != len)
        word->skew = WORD_SKEWED;
}
