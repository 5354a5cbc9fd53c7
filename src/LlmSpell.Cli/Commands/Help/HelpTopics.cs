using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;

namespace LlmSpell.Cli.Commands.Help;

/// <summary>What the help explains besides commands.</summary>
internal static class HelpTopics
{
    public const string ExitCodes = "exit-codes";
    public const string Environment = "environment";
    public const string Files = "files";

    public static IReadOnlyList<string> Names { get; } = [ExitCodes, Environment, Files];

    /// <summary>How to begin, for the page of the program itself.</summary>
    public static Example[] FirstSteps =>
    [
        new("llmspell run jobs.lua", "Run a script; what it saves with State.save stays."),
        new("llmspell exec 'State.save(\"global\", \"greeting\", \"hello\")'", "Save a value from the command line."),
        new("llmspell state get global greeting", "Look at it."),
        new("llmspell backup create --description \"before the upgrade\"", "Take a backup of the whole state."),
        new("llmspell backup restore latest", "Bring it back; a safety backup is taken before."),
    ];

    public static HelpPage? Find(string name) => name switch
    {
        ExitCodes => Page(name, "How a command ends.", "Exit codes", ExitCodeEntries()),
        Environment => Page(
            name, "The environment variables that llmspell reads.", "Environment",
            EnvironmentVariable.All.Select(variable => new HelpEntry(variable.Name, Sentence(variable.Meaning)))),
        Files => Page(name, "Where things lie, as long as the configuration names no other place.", "Files", FileEntries()),
        _ => null,
    };

    public static IEnumerable<HelpEntry> FileEntries() =>
    [
        new(".llmspell/state.db", "The state, a SQLite database. Copy it with llmspell backup create, not with cp."),
        new(".llmspell/state.rocksdb/", "The state in its place, with backend_type = \"rocksdb\"."),
        new("backups/", "The backups. Copying the folder while no backup is being made copies them."),
        new($"./{ConfigurationLocator.FileName}", "The configuration, unless -c or LLMSPELL_CONFIG names another."),
        new($"~/.config/llmspell/{ConfigurationLocator.FileName}", "The user's configuration, where there is none in the working folder."),
    ];

    private static HelpPage Page(string name, string description, string heading, IEnumerable<HelpEntry> entries) =>
        new(name, description) { Sections = [new HelpSection(heading, [.. entries])] };

    private static IEnumerable<HelpEntry> ExitCodeEntries() => Failures.ExitCodes.All.Select(
        code => new HelpEntry(code.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Sentence(code.Meaning)));

    private static string Sentence(string meaning)
    {
        // What stands in backquotes is written as it is: TERM=Dumb would not be dumb.
        string text = meaning.Replace("`", "", StringComparison.Ordinal);
        return meaning[0] == '`' ? $"{text}." : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }
}
