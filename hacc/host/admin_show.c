#include "hacc/host/admin_show.h"

#include "hacc/lang/value.h"

#include <limits.h>

/* An answer that is read line by line, word by word: a copy that is cut up. */
struct cutter {
    char *at;
};

static struct cutter cutter_of(const struct admin_answer *answer, struct arena *arena)
{
    return (struct cutter){arena_strndup(arena, answer->text, answer->len)};
}

/* Gives the next line without its end; NULL: there is none. */
static char *next_line(struct cutter *cutter)
{
    char *line = cutter->at, *end;

    if (!*line)
        return NULL;
    end = line + strcspn(line, "\n");
    cutter->at = *end ? end + 1 : end;
    *end = '\0';
    return line;
}

/* Gives the next word of a line, and moves *at behind it; NULL: there is none. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " \t\r"), *end = word + strcspn(word, " \t\r");

    if (!*word)
        return NULL;
    *at = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

/* Reads a whole number up to `max`; false: the text is none. */
static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
    *number = 0;
    if (!text || !*text)
        return false;
    for (; *text; text++) {
        if (!is_digit(*text) || *number > (UINT64_MAX - 9) / 10)
            return false;
        *number = *number * 10 + (uint64_t)(*text - '0');
    }
    return *number <= max;
}

/* Where one line of 'show info' goes. */
struct info_field {
    const char *name;
    uint64_t *number;
};

bool admin_read_info(const struct admin_answer *answer, struct admin_info *info, struct arena *arena)
{
    struct cutter cutter = cutter_of(answer, arena);
    uint64_t pid = 0, stopping = 0, processes = 1, process = 1;
    const struct info_field fields[] = {
        {"Pid", &pid},
        {"Nbproc", &processes},
        {"Process_num", &process},
        {"Uptime_sec", &info->uptime},
        {"CurrConns", &info->connections},
        {"Maxconn", &info->maxconn},
        {"Maxsock", &info->maxsock},
        {"Ulimit-n", &info->file_limit},
        {"ConnRateLimit", &info->connection_rate},
        {"SessRateLimit", &info->session_rate},
        {"SslRateLimit", &info->tls_rate},
        {"Stopping", &stopping},
    };
    char *line;

    *info = (struct admin_info){0};
    while ((line = next_line(&cutter)) != NULL) {
        char *value = strstr(line, ": ");

        if (!value)
            continue;
        *value = '\0';
        value += 2;
        if (strcmp(line, "Version") == 0)
            info->version = value;
        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
            if (strcmp(line, fields[i].name) == 0 && !read_number(value, INT64_MAX, fields[i].number))
                return false;
    }
    if (!pid || pid > INT_MAX || !info->version || processes > 64 || process > 64)
        return false;
    info->pid = (pid_t)pid;
    info->processes = (uint32_t)processes;
    info->process = (uint32_t)process;
    info->stopping = stopping != 0;
    return true;
}

const char *admin_read_env(const struct admin_answer *answer, const char *name, struct arena *arena)
{
    struct cutter cutter = cutter_of(answer, arena);
    size_t len = strlen(name);
    char *line;

    while ((line = next_line(&cutter)) != NULL)
        if (strncmp(line, name, len) == 0 && line[len] == '=')
            return line + len + 1;
    return NULL;
}

/* Reads "0d00h02m07s"; false: it is not that. */
static bool read_uptime(const char *text, uint64_t *seconds)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

    *seconds = 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        uint64_t number = 0;
        int digits = 0;

        for (; is_digit(*text) && digits < 8; text++, digits++)
            number = number * 10 + (uint64_t)(*text - '0');
        if (!digits || *text != units[i].unit)
            return false;
        text++;
        *seconds += number * units[i].seconds;
    }
    return !*text;
}

/* "[failed: 0]", behind the reloads of the master. */
static bool read_failed(char **at, struct admin_processes *processes)
{
    char *word = *at + strspn(*at, " "), *number;
    uint64_t failed;

    if (!text_begins(word, (uint32_t)strnlen(word, 8), "[failed:"))
        return true;
    next_word(at);
    number = next_word(at);
    if (!number || !*number || number[strlen(number) - 1] != ']')
        return false;
    number[strlen(number) - 1] = '\0';
    if (!read_number(number, UINT32_MAX, &failed))
        return false;
    processes->failed = (uint32_t)failed;
    processes->says_failed = true;
    return true;
}

/* One process: PID TYPE [RELATIVE-PID] RELOADS UPTIME VERSION. */
static bool read_process(char *line, bool relative, bool old, struct admin_processes *processes, struct arena *arena)
{
    struct admin_process process = {.old = old};
    const char *type, *uptime;
    uint64_t pid, reloads;
    bool master;

    if (!read_number(next_word(&line), INT_MAX, &pid) || !(type = next_word(&line)) ||
        (relative && !next_word(&line)) || !read_number(next_word(&line), UINT32_MAX, &reloads))
        return false;
    master = strcmp(type, "master") == 0;
    if ((master && !read_failed(&line, processes)) || !(uptime = next_word(&line)) ||
        !read_uptime(uptime, &process.uptime))
        return false;
    process.pid = (pid_t)pid;
    process.reloads = (uint32_t)reloads;
    process.worker = strcmp(type, "worker") == 0;
    process.version = next_word(&line);
    if (master) {
        processes->master = process.pid;
        processes->reloads = process.reloads;
        processes->uptime = process.uptime;
        return true;
    }
    if (processes->count == processes->cap)
        processes->at =
            arena_extend(arena, processes->at, processes->count, &processes->cap, 8, sizeof(*processes->at));
    processes->at[processes->count++] = process;
    return true;
}

bool admin_read_processes(const struct admin_answer *answer, struct admin_processes *processes, struct arena *arena)
{
    struct cutter cutter = cutter_of(answer, arena);
    char *line = next_line(&cutter);
    bool relative, old = false;

    *processes = (struct admin_processes){0};
    if (!line || !text_begins(line, (uint32_t)strlen(line), "#<PID>"))
        return false;
    relative = strstr(line, "<relative PID>") != NULL;
    while ((line = next_line(&cutter)) != NULL) {
        if (*line == '#')
            old = text_begins(line, (uint32_t)strlen(line), "# old");
        else if (*line && !read_process(line, relative, old, processes, arena))
            return false;
    }
    return processes->master != 0;
}

/* Cuts a cell off a line of a table: up to the separator; in CSV it may be in quotes, where "" is one. NULL: no more.
 */
static char *next_cell(char **at, char separator)
{
    char *cell = *at, *to = cell, *from = cell;

    if (!cell)
        return NULL;
    if (*from == '"' && separator == ',') {
        for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
            from += *from == '"';
            *to++ = *from;
        }
        from += *from == '"';
    }
    while (*from && *from != separator)
        *to++ = *from++;
    *at = *from ? from + 1 : NULL;
    *to = '\0';
    return cell;
}

static void set_names(struct admin_table *table, char *line, char separator, struct arena *arena)
{
    uint32_t count = 1;

    for (const char *at = line; *at; at++)
        count += *at == separator;
    table->names = arena_alloc(arena, count * sizeof(*table->names));
    while (line && table->columns < count)
        table->names[table->columns++] = next_cell(&line, separator);
}

/* Adds a line, of which no more cells are looked at than there are names: lines of 'show stat' end with a separator. No
 * more memory is taken than the answer is long, whatever it says. */
static void add_row(struct admin_table *table, char *line, char separator, struct arena *arena)
{
    const char *cell;

    if (table->rows + 1 >= table->row_cap)
        table->first = arena_extend(arena, table->first, table->rows + 1, &table->row_cap, 64, sizeof(*table->first));
    for (uint32_t i = 0; i < table->columns && (cell = next_cell(&line, separator)) != NULL; i++) {
        if (table->cell_count == table->cell_cap)
            table->cells =
                arena_extend(arena, table->cells, table->cell_count, &table->cell_cap, 256, sizeof(*table->cells));
        table->cells[table->cell_count++] = cell;
    }
    table->first[++table->rows] = table->cell_count;
}

bool admin_read_table(const struct admin_answer *answer, char separator, struct admin_table *table, struct arena *arena)
{
    struct cutter cutter = cutter_of(answer, arena);
    char *line;

    *table = (struct admin_table){.row_cap = 64};
    table->first = arena_zalloc(arena, table->row_cap * sizeof(*table->first));
    while ((line = next_line(&cutter)) != NULL) {
        if (!table->names && *line == '#')
            set_names(table, line + 1 + strspn(line + 1, " "), separator, arena);
        else if (table->names && *line && *line != '#')
            add_row(table, line, separator, arena);
    }
    return table->names != NULL;
}

int admin_table_column(const struct admin_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->columns; i++)
        if (strcmp(table->names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *admin_table_cell(const struct admin_table *table, uint32_t row, int column)
{
    uint32_t at = table->first[row] + (uint32_t)column;

    return at < table->first[row + 1] ? table->cells[at] : "";
}

/* The columns of 'show servers state' that are read. */
enum { BACKEND, NAME, ADDRESS, STATE, ADMIN_STATE, WEIGHT, FIRST_WEIGHT, FQDN, PORT, COLUMNS };

static bool read_server(const char *const cell[COLUMNS], struct admin_server *server)
{
    uint64_t state, admin_state, weight, first_weight, port;

    if (!read_number(cell[STATE], SERVER_STOPPING, &state) || !read_number(cell[ADMIN_STATE], 0xff, &admin_state) ||
        !read_number(cell[WEIGHT], 256, &weight) || !read_number(cell[FIRST_WEIGHT], 256, &first_weight) ||
        !read_number(cell[PORT], 65535, &port) || !*cell[BACKEND] || !*cell[NAME])
        return false;
    *server = (struct admin_server){
        .backend = cell[BACKEND],
        .name = cell[NAME],
        .address = strcmp(cell[ADDRESS], "-") == 0 ? NULL : cell[ADDRESS],
        .fqdn = strcmp(cell[FQDN], "-") == 0 ? NULL : cell[FQDN],
        .port = (uint16_t)port,
        .state = (uint8_t)state,
        .admin_state = (uint8_t)admin_state,
        .weight = (uint32_t)weight,
        .first_weight = (uint32_t)first_weight,
    };
    return true;
}

bool admin_read_servers(const struct admin_answer *answer, struct admin_servers *servers, struct arena *arena)
{
    static const char *const names[COLUMNS] = {
        [BACKEND] = "be_name",
        [NAME] = "srv_name",
        [ADDRESS] = "srv_addr",
        [STATE] = "srv_op_state",
        [ADMIN_STATE] = "srv_admin_state",
        [WEIGHT] = "srv_uweight",
        [FIRST_WEIGHT] = "srv_iweight",
        [FQDN] = "srv_fqdn",
        [PORT] = "srv_port",
    };
    struct admin_answer body = *answer;
    struct admin_table table;
    int column[COLUMNS];

    *servers = (struct admin_servers){0};
    if (answer->len < 2 || memcmp(answer->text, "1\n", 2) != 0) /* the version of its format */
        return false;
    body.text += 2;
    body.len -= 2;
    if (!admin_read_table(&body, ' ', &table, arena))
        return false;
    for (int i = 0; i < COLUMNS; i++)
        if ((column[i] = admin_table_column(&table, names[i])) < 0)
            return false;
    servers->at = arena_alloc(arena, table.rows * sizeof(*servers->at));
    for (uint32_t row = 0; row < table.rows; row++) {
        const char *cell[COLUMNS];

        for (int i = 0; i < COLUMNS; i++)
            cell[i] = admin_table_cell(&table, row, column[i]);
        if (!read_server(cell, &servers->at[servers->count++]))
            return false;
    }
    return true;
}

enum admin_reload admin_read_reload(const struct admin_answer *answer, const char **log)
{
    const char *text = answer->text, *rest;

    rest = strstr(text, "--\n");
    *log = rest ? rest + 3 : "";
    if (strstr(text, "reload is still in progress"))
        return RELOAD_BUSY;
    if (text_begins(text, (uint32_t)strnlen(text, 16), "Success=1"))
        return RELOAD_SUCCESS;
    if (text_begins(text, (uint32_t)strnlen(text, 16), "Success=0"))
        return RELOAD_FAILURE;
    return RELOAD_UNSAID;
}
