namespace LlmSpell.Cli.Commands.Help;

/// <summary>A variable that llmspell reads: one row of the table in docs/cli.md.</summary>
internal sealed record EnvironmentVariable(string Name, string Meaning)
{
    public static IReadOnlyList<EnvironmentVariable> All =>
    [
        new("LLMSPELL_CONFIG", "the configuration file, where `-c` does not name one"),
        new("XDG_CONFIG_HOME", "the folder that holds `llmspell/llmspell.toml`; `~/.config` where it is not set"),
        new("HOME", "what `~` means in the configuration"),
        new("LLMSPELL_HISTORY", "the file of the REPL's history; none if it is empty"),
        new("XDG_STATE_HOME", "the folder that holds `llmspell/history` otherwise; `~/.local/state` where it is not set"),
        new("NO_COLOR", "if set and not empty, no colours; `--color` wins over it"),
        new("CLICOLOR_FORCE", "if set and neither empty nor 0, colours also off a terminal; `NO_COLOR` wins over it"),
        new("TERM", "`dumb`, empty or missing: no colours and no progress bars"),
        new("COLUMNS", "the width of tables and help on a terminal, in place of the terminal's own"),
        new("LUA_PATH_5_4, LUA_PATH", "where `require` looks for Lua modules at last, as in the program `lua`; the first that is set counts"),
        new("LUA_CPATH_5_4, LUA_CPATH", "the same for modules in C"),
        new("TMPDIR", "the folder for scratch states (`backup validate --depth restored`) and for scripts' `os.tmpname` and `io.tmpfile`; `/tmp` where it is not set"),
        new("TZ", "the time zone of scripts' `os.date` and `os.time`"),
        new("LC_ALL, LC_CTYPE, LANG", "progress bars are drawn with more than ASCII where the first that is set says UTF-8"),
        new("SOURCE_DATE_EPOCH", "the date in the pages of `llmspell man`, in seconds since 1970; today where it is not set"),
        new("LLMSPELL_DEBUG", "if set, a defect (exit code 70) shows where in llmspell it happened"),
    ];
}
