using System.Text;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Commands.Completion;

/// <summary>
/// What the completion scripts ask: <c>llmspell __complete WORDS…</c>. The first line of the answer is a directive, each other line a
/// candidate, a tab and its description. It is no command of the tree: its words are not to be parsed.
/// </summary>
internal static class CompletionRequest
{
    public const string Name = "__complete";

    public static bool Is(IReadOnlyList<string> arguments) => arguments is [Name, ..];

    /// <summary>Answers, and never fails: somebody is typing.</summary>
    public static int Answer(IReadOnlyList<string> arguments, CommandLineHost host)
    {
        try
        {
            CompletionAnswer answer = new Completer(new CommandTree(), host).Complete([.. arguments.Skip(1)]);
            var text = new StringBuilder().Append(answer.Directive).Append('\n');
            foreach (Candidate candidate in answer.Candidates)
            {
                text.Append(candidate.Word).Append('\t').Append(candidate.Description).Append('\n');
            }

            host.Output.Write(Encoding.UTF8.GetBytes(text.ToString()));
            host.Output.Flush();
        }
        catch (Exception)
        {
            // A broken configuration or a busy state is told of by the command itself.
        }

        return ExitCodes.Done.Number;
    }
}
