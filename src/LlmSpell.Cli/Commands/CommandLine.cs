using System.CommandLine;
using System.CommandLine.Help;
using LlmSpell.Cli.Commands.Completion;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Cli.Commands;

/// <summary>The one way in: from arguments to an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandLineHost host)
    {
        if (CompletionRequest.Is(arguments))
        {
            return CompletionRequest.Answer(arguments, host);
        }

        var tree = new CommandTree();
        (IReadOnlyList<string> own, IReadOnlyList<string> script) = ScriptArguments.Split(tree, arguments);
        ParseResult parsed = tree.Parse(own);
        var output = new OutputWriter(host, tree.Global.OutputSettings(parsed));
        try
        {
            if (host.IsProcess && ArgumentBytes.FirstThatIsNoText(arguments) is { } bytes)
            {
                throw new CommandException(
                    ExitCodes.Usage, $"the argument '{SafeText.OneLine(bytes)}' is not UTF-8 text",
                    "Bytes that are no text come from a file or standard input, as in `llmspell state set SCOPE KEY --string -`.");
            }

            return await RunAsync(tree, parsed, script, host, output);
        }
        catch (ClosedPipeException)
        {
            return ExitCodes.OutputClosed.Number;
        }
        catch (Exception error)
        {
            return Report(Failure.From(error), output);
        }
    }

    private static int Report(Failure failure, OutputWriter output)
    {
        if (!Try(() => output.Write(failure)))
        {
            // If there is nowhere to say it, the exit code still does.
            Try(() => output.WriteToError(failure));
        }

        return failure.Code.Number;
    }

    private static bool Try(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<int> RunAsync(
        CommandTree tree, ParseResult parsed, IReadOnlyList<string> script, CommandLineHost host, OutputWriter output)
    {
        if (parsed.Action is HelpAction && parsed.UnmatchedTokens.Count == 0)
        {
            output.Write(new HelpResult(CommandHelp.Of(tree, parsed.CommandResult.Command)));
            return ExitCodes.Done.Number;
        }

        if (parsed.CommandResult.Command == tree.Root && parsed.UnmatchedTokens.Count == 0 && parsed.GetValue(tree.Version))
        {
            output.Write(new VersionResult());
            return ExitCodes.Done.Number;
        }

        if (host.WorkingFolder.Length == 0)
        {
            throw new CommandException(
                ExitCodes.Storage, "the working folder was deleted or cannot be reached: without it nobody can tell where configuration and state are",
                "Change to a folder that is there, and run the command again.");
        }

        if (host.IsProcess && !WorkingFolderBytes.AreText(host.WorkingFolder))
        {
            throw new CommandException(
                ExitCodes.Storage, $"the path of the working folder, {SafeText.OneLine(host.WorkingFolder)}, is not UTF-8 text",
                "Change to a folder whose path is, or rename this one, and run the command again.");
        }

        if (parsed.Errors.Count > 0 || UsageError.UnknownOption(parsed) is not null || parsed.CommandResult.Command is not HandledCommand command)
        {
            throw UsageError.From(tree, parsed, host);
        }

        tree.Global.CheckTogether(parsed);
        output.Step($"llmspell {VersionResult.Version}: {CommandNames.FullName(command)}");

        ICommandResult result;
        using (var context = new CommandContext(tree, command, parsed, script, host, output))
        {
            result = await command.Handler(context);
            if (result is IStreamedResult)
            {
                output.Write(result);
            }
        }

        // Not before all is closed: what could not be flushed then is no success.
        if (result is not IStreamedResult)
        {
            output.Write(result);
        }

        output.Step($"done, exit code {result.Code.Number}");
        return result.Code.Number;
    }
}
