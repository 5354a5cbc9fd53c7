using System.CommandLine;
using System.CommandLine.Help;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Backups.Compare;
using LlmSpell.Cli.Commands.Backups.Restore;
using LlmSpell.Cli.Commands.Completion;
using LlmSpell.Cli.Commands.Configuration;
using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Manual;
using LlmSpell.Cli.Commands.Repository;
using LlmSpell.Cli.Commands.Scripts;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Commands.State.Copying;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>All commands and options.</summary>
internal sealed class CommandTree
{
    public CommandTree()
    {
        Root = new Command("llmspell", "Runs Lua scripts whose state is never lost, and looks after its backups.")
        {
            Version, Help,
            RunCommand.Create(),
            ExecCommand.Create(),
            ReplCommand.Create(),
            new Command("state", "Look into the state, change, export, import, copy and check it.")
            {
                StateGetCommand.Create(), StateSetCommand.Create(), StateDeleteCommand.Create(), StateListCommand.Create(), StateScopesCommand.Create(),
                StateClearCommand.Create(), StateExportCommand.Create(), StateImportCommand.Create(), StateCopyCommand.Create(), StateStatsCommand.Create(), StateCheckCommand.Create(),
            },
            new Command("backup", "Make, check, restore and clean up backups of the state.")
            {
                BackupCreateCommand.Create(), BackupListCommand.Create(), BackupShowCommand.Create(), BackupValidateCommand.Create(),
                BackupRestoreCommand.Create(), BackupUndoRestoreCommand.Create(), BackupDiffCommand.Create(), BackupPinCommand.Create(), BackupUnpinCommand.Create(), BackupCleanupCommand.Create(),
                BackupCalendarCommand.Create(), BackupUsageCommand.Create(),
            },
            new Command("repository", "Check, repair and copy the repository that holds the backups.")
            {
                RepositoryCheckCommand.Create(), RepositoryRepairCommand.Create(), RepositoryCopyCommand.Create(),
            },
            new Command("config", "Show, check and write the configuration.")
            {
                ConfigShowCommand.Create(), ConfigCheckCommand.Create(), ConfigInitCommand.Create(),
            },
            DoctorCommand.Create(),
            HelpCommand.Create(), CompletionCommand.Create(), ManCommand.Create(),
        };
        foreach (Option option in Global.All)
        {
            Root.Options.Add(option);
        }
    }

    public Command Root { get; }

    public GlobalOptions Global { get; } = new();

    public Option<bool> Version { get; } = Flag.Create("Print the version.", "--version");

    public Option Help { get; } = new HelpOption { Description = "Explain the command." };

    /// <summary>Parses what is llmspell's own; response files (<c>@file</c>) are off, since such words are arguments of scripts.</summary>
    public ParseResult Parse(IReadOnlyList<string> arguments) =>
        Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
}
