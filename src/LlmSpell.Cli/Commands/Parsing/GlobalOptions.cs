using System.CommandLine;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Options that every command has, before or after its name.</summary>
internal sealed class GlobalOptions
{
    public const string ConfigName = "--config";

    /// <summary>What options that name a second configuration call their value.</summary>
    public const string OtherConfiguration = "CONFIG";

    public Option<string?> Config { get; } = Everywhere(Filled.Option(new Option<string?>(ConfigName, "-c")
    {
        Description = "The configuration file. Else LLMSPELL_CONFIG, ./llmspell.toml, the user's, or the defaults.",
        HelpName = "FILE",
    }));

    public Option<OutputFormat> Output { get; } = Everywhere(Choice.Option(
        "The answer as text for people (default), or as json: one document on standard output.", "--output",
        ("text", OutputFormat.Text), ("json", OutputFormat.Json)));

    public Option<ColorMode> Color { get; } = Everywhere(Choice.Option(
        "Colours: on a terminal that has them (default), always, or never.", "--color",
        ("auto", ColorMode.Auto), ("always", ColorMode.Always), ("never", ColorMode.Never)));

    public Option<bool> Quiet { get; } = Everywhere(Flag.Create("Nothing on standard error but errors.", "--quiet", "-q"));

    public Option<bool> Verbose { get; } = Everywhere(Flag.Create("Each step on standard error, with its time.", "--verbose", "-v"));

    public Option<bool> Yes { get; } = Everywhere(
        Flag.Create("Do not ask before deleting or replacing; needed where nobody can answer.", "--yes", "-y"));

    public IEnumerable<Option> All => [Config, Output, Color, Quiet, Verbose, Yes];

    /// <summary>How the answer is wanted. A wrong command line is answered as it asks for too, wherever the mistake is.</summary>
    public OutputSettings OutputSettings(ParseResult parsed) => new(
        Lenient(parsed, Output),
        Lenient(parsed, Color),
        Has(parsed, Quiet) ? Verbosity.Quiet : Has(parsed, Verbose) ? Verbosity.Verbose : Verbosity.Normal)
    {
        Commands = NamesOther(parsed) ? AdvisedCommands.AsTheyStand : new AdvisedCommands(Lenient(parsed, Config)),
    };

    /// <exception cref="CommandException">Two options contradict each other.</exception>
    public void CheckTogether(ParseResult parsed)
    {
        if (Has(parsed, Quiet) && Has(parsed, Verbose))
        {
            throw new CommandException(ExitCodes.Usage, "--quiet and --verbose contradict each other", "Leave one of them out.");
        }
    }

    // As in backup restore --to: then nobody can tell here which of the two a hint is about.
    private static bool NamesOther(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(option => option.HelpName == OtherConfiguration && parsed.GetResult(option) is not null);

    private static bool Has(ParseResult parsed, Option flag) => parsed.GetResult(flag) is { Implicit: false };

    private static T? Lenient<T>(ParseResult parsed, Option<T> option) =>
        parsed.GetResult(option) is { } result && !result.Errors.Any() ? result.GetValueOrDefault<T>() : default;

    private static T Everywhere<T>(T option)
        where T : Option
    {
        option.Recursive = true;
        return option;
    }
}
