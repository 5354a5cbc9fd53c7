using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
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
        var tree = new CommandTree();
        (IReadOnlyList<string> own, IReadOnlyList<string> script) = ScriptArguments.Split(tree, arguments);
        ParseResult parsed = tree.Parse(own);
        var output = new OutputWriter(host, tree.Global.OutputSettings(parsed));
        try
        {
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
        try
        {
            output.Write(failure);
        }
        catch (ClosedPipeException)
        {
            // Nobody is there to read it; the exit code still says it.
        }

        return failure.Code.Number;
    }

    private static async Task<int> RunAsync(
        CommandTree tree, ParseResult parsed, IReadOnlyList<string> script, CommandLineHost host, OutputWriter output)
    {
        if (parsed.Action is HelpAction)
        {
            WriteHelp(tree, parsed, host);
            return ExitCodes.Done.Number;
        }

        if (parsed.CommandResult.Command == tree.Root && parsed.UnmatchedTokens.Count == 0 && parsed.GetValue(tree.Version))
        {
            output.Write(new VersionResult());
            return ExitCodes.Done.Number;
        }

        if (parsed.Errors.Count > 0 || UsageError.UnknownBeforeScript(parsed) is not null || parsed.CommandResult.Command is not HandledCommand command)
        {
            throw UsageError.From(parsed, host);
        }

        tree.Global.CheckTogether(parsed);
        output.Step($"llmspell {VersionResult.Version}: {UsageError.FullName(parsed)}");

        ICommandResult result;
        using (var context = new CommandContext(tree, parsed, script, host, output))
        {
            result = await command.Handler(context);
        }

        output.Write(result);
        output.Step($"done, exit code {result.Code.Number}");
        return result.Code.Number;
    }

    private static void WriteHelp(CommandTree tree, ParseResult parsed, CommandLineHost host)
    {
        var command = parsed.CommandResult.Command as HandledCommand;
        tree.Global.Yes.Hidden = command is not { CanAsk: true };
        using var help = new StringWriter { NewLine = "\n" };
        parsed.Invoke(new InvocationConfiguration { Output = help });
        string text = help.ToString();
        if (command is { TakesScript: true })
        {
            // The library puts options last, where they are the script's.
            string name = UsageError.FullName(parsed);
            int usage = text.IndexOf($"  {name} ", StringComparison.Ordinal);
            int end = text.IndexOf('\n', usage);
            text = $"{text[..usage]}  {name} [options] {text[(usage + name.Length + 3)..end].Replace(" [options]", "", StringComparison.Ordinal)}{text[end..]}";
        }

        using var writer = new StreamWriter(host.Output, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(text);
    }
}
