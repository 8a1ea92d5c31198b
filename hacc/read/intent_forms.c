/* What may be written for the intents. tests/schema compares the options with those that the intents take. */
#include "hacc/read/intent_forms.h"

#include <stddef.h>

#define FACILITIES                                                                                                      \
    "kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 local0 local1 local2 local3 " \
    "local4 local5 local6 local7"

static const struct intent_form journald_options[] = {
    {"via", "How the messages get there: by the socket /dev/log, or by HAProxy's standard output.",
     "true socket stdout", NULL, NULL},
    {"facility", "The syslog facility, local0 unless given.", FACILITIES, NULL, NULL},
    {"level", "The least important level that is logged; all unless given.",
     "emerg alert crit err warning notice info debug", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form socket_options[] = {
    {"path", "The path of the socket, /run/haproxy/admin.sock unless given.", "*", NULL, NULL},
    {"mode", "Who may write to it, as file permissions; 660 unless given.", "*", NULL, NULL},
    {"level", "What it lets do: admin unless given.", "user operator admin", NULL, NULL},
    {"user", "Its owner.", "*", NULL, NULL},
    {"group", "Its group.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form stats_global[] = {
    {"socket", "The Unix socket of the Runtime API; true, its path, or a map.", "true *", socket_options, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form page_options[] = {
    {"uri", "Where the page is, /stats unless given.", "*", NULL, NULL},
    {"users", "The userlist that may see the page.", "*", NULL, NULL},
    {"user", "The one user that may see the page; goes with password.", "*", NULL, NULL},
    {"password", "The user's password, in clear text.", "*", NULL, NULL},
    {"auth", "false: the page asks for no password.", NULL, NULL, NULL},
    {"refresh", "How often the browser reloads the page, 10s unless given; false: never.", "*", NULL, NULL},
    {"admin", "true: servers can be taken out from the page.", "true", NULL, NULL},
    {"realm", "What the browser shows when it asks for the password.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form stats_proxy[] = {
    {"page", "The statistics page, and who may see it: users, user with password, or auth: false.", NULL, page_options,
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form cookie_options[] = {
    {"name", "The cookie's name, SERVERID unless given.", "*", NULL, NULL},
    {"httponly", "false: scripts in the page may see the cookie.", "true", NULL, NULL},
    {"secure", "true: the cookie goes over HTTPS alone.", "true", NULL, NULL},
    {"max-idle", "After this long without a request the client is balanced anew.", "*", NULL, NULL},
    {"max-life", "After this long the client is balanced anew.", "*", NULL, NULL},
    {"key", "A secret: the cookies are made of the server's address and it, and not of the server's name.", "*", NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form source_options[] = {
    {"size", "How many clients are remembered, 100k unless given.", "*", NULL, NULL},
    {"expire", "How long after its last connection a client is remembered, 30m unless given.", "*", NULL, NULL},
    {"peers", "The peers section that shares the table.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form sticky_options[] = {
    {"cookie", "By a cookie: its name, or a map.", "true *", cookie_options, NULL},
    {"source", "By the client's address.", "true", source_options, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form http_options[] = {
    {"method", "The request's method, GET unless given.", "*", NULL, NULL},
    {"uri", "What is asked for, / unless given.", "*", NULL, NULL},
    {"host", "The Host header, localhost unless given.", "*", NULL, NULL},
    {"expect", "Status codes (200, 200-399), or HAProxy's text (string ok); 2xx and 3xx unless given.", "*", NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form smtp_options[] = {{"helo", "The name to say, localhost unless given.", "*", NULL, NULL},
                                                  {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form user_options[] = {{"user", "The user to log in as.", "*", NULL, NULL},
                                                  {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form redis_options[] = {{"password", "The password that AUTH sends.", "*", NULL, NULL},
                                                   {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form ldap_options[] = {
    {"anonymous", "false: a server that refuses anonymous binds is up too.", "true", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form agent_options[] = {
    {"port", "The agent's port.", "*", NULL, NULL},
    {"inter", "How often it is asked, 5s unless given.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form health_options[] = {
    {"tcp", "Up when it accepts a connection.", "true", NULL, NULL},
    {"http", "Up when it answers a request with 2xx or 3xx: a URI, METHOD URI, or a map.", "true *", http_options,
     NULL},
    {"smtp", "Up when its greeting and the answer to EHLO are 2xx.", "true *", smtp_options, NULL},
    {"mysql", "Up when it greets; with a user: when it lets that user in.", "true *", user_options, NULL},
    {"pgsql", "Up when it answers the user, be it by asking for a password.", "true *", user_options, NULL},
    {"redis", "Up when it answers PING.", "true", redis_options, NULL},
    {"ldap", "Up when an anonymous bind succeeds.", "true", ldap_options, NULL},
    {"ssl", "Up when it answers a TLS greeting.", "true", NULL, NULL},
    {"agent", "A small server beside the real one that tells its weight and state: its port, or a map.", "*",
     agent_options, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form transparent_options[] = {
    {"mark", "The mark that replies get, 1 unless given.", "*", NULL, NULL},
    {"table", "The routing table for what is marked, 100 unless given.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static const struct intent_form redirect_options[] = {
    {"code", "The status, 301 unless given.", "301 302 303 307 308", NULL, NULL},
    {"port", "Where HTTPS listens, 443 unless given.", "*", NULL, NULL},
    {"unless", "A condition: requests that are not redirected.", "*", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

const struct intent_form intent_forms[] = {
    {"journald", "The logs, those of requests too, arrive in the journal.", "true socket stdout", journald_options,
     "global"},
    {"stats", "The socket of the Runtime API: true, its path, or a map.", "true *", stats_global, "global"},
    {"stats", "The statistics page.", NULL, stats_proxy, "frontend listen backend"},
    {"sticky", "A client stays with its server, by a cookie or by its address. true: a cookie named SERVERID.", "true",
     sticky_options, "backend listen"},
    {"health", "The servers are checked, in their own protocol. true: a connection is the check.",
     "true tcp http smtp mysql pgsql redis ldap ssl", health_options, "backend listen"},
    {"transparent", "The servers see the clients' addresses.", "true", transparent_options, "backend listen"},
    {"redirect-https", "Plain HTTP is sent on to HTTPS.", "true 301 302 303 307 308", redirect_options,
     "frontend listen"},
    {"tls", "Which TLS the listeners speak: modern is 1.3 alone, intermediate lets 1.2 in.", "modern intermediate",
     NULL, "global"},
    {NULL, NULL, NULL, NULL, NULL}};
