using System.CommandLine;
using System.CommandLine.Help;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Configuration;
using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Commands.Scripts;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>All commands and options.</summary>
internal sealed class CommandTree
{
    public CommandTree()
    {
        Root = new Command("llmspell", "Runs Lua scripts whose state is never lost, and looks after its backups.")
        {
            Config, Output, Yes, Version, Help(),
            RunCommand.Create(),
            ExecCommand.Create(),
            new Command("state", "Look into the state.")
            {
                StateGetCommand.Create(), StateListCommand.Create(), StateScopesCommand.Create(),
            },
            new Command("backup", "Make, check, restore and clean up backups of the state.")
            {
                BackupCreateCommand.Create(), BackupListCommand.Create(), BackupShowCommand.Create(), BackupValidateCommand.Create(),
                BackupRestoreCommand.Create(), BackupCleanupCommand.Create(), BackupUsageCommand.Create(),
            },
            new Command("config", "Show, check and write the configuration.")
            {
                ConfigShowCommand.Create(), ConfigCheckCommand.Create(), ConfigInitCommand.Create(),
            },
            DoctorCommand.Create(),
        };
    }

    private const int HelpWidth = 100;

    public Command Root { get; }

    public Option<string?> Config { get; } = GlobalOptions.Config();

    public Option<OutputFormat> Output { get; } = GlobalOptions.Output();

    public Option<bool> Yes { get; } = GlobalOptions.Yes();

    public Option<bool> Version { get; } = Flag.Create("Print the version.", "--version");

    /// <summary>Parses what is llmspell's own; response files (<c>@file</c>) are off, since such words are arguments of scripts.</summary>
    public ParseResult Parse(IReadOnlyList<string> arguments) =>
        Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    // A fixed width: asking for the terminal's would change the terminal's modes.
    private static HelpOption Help() => new() { Action = new HelpAction { MaxWidth = HelpWidth } };
}
