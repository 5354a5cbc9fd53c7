using System.CommandLine;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Commands.Completion;

/// <summary>Finds what could stand at the cursor of a command line, from the command tree, the state and the backups.</summary>
internal sealed class Completer(CommandTree tree, CommandLineHost host)
{
    /// <param name="words">The words behind the program's name up to the cursor; the last is what stands left of it, and may be empty.</param>
    public CompletionAnswer Complete(IReadOnlyList<string> words)
    {
        string word = words.Count > 0 ? words[^1] : "";
        var before = new WordReader(tree.Root, words.SkipLast(1));
        CompletionAnswer answer = Answer(before, word);
        return answer with
        {
            Candidates = [.. answer.Candidates.Where(candidate => candidate.Word.StartsWith(word, StringComparison.Ordinal) && IsOneLine(candidate.Word))],
        };
    }

    private CompletionAnswer Answer(WordReader before, string word)
    {
        if (before.AwaitsValue is { } option)
        {
            return OfValue(CommandNames.ValueName(option), before, word);
        }

        if (!before.IsInScript && !before.OptionsEnded && word.StartsWith('-'))
        {
            return word.Contains('=') ? OfOptionValue(before, word) : CompletionAnswer.Of(Options(before));
        }

        if (before.Command is not HandledCommand command)
        {
            return before.Values.Count > 0 ? CompletionAnswer.Nothing : CompletionAnswer.Of(Commands(before.Command));
        }

        return Argument(command, before.Values.Count) is { } argument
            ? OfValue(CommandNames.ValueName(argument), before, word) : CompletionAnswer.Nothing;
    }

    private CompletionAnswer OfOptionValue(WordReader before, string word)
    {
        string name = word[..word.IndexOf('=', StringComparison.Ordinal)];
        if (CommandNames.Option(before.Command, name) is not { } option || !CommandNames.TakesValue(option))
        {
            return CompletionAnswer.Nothing;
        }

        CompletionAnswer answer = OfValue(CommandNames.ValueName(option), before, word[(name.Length + 1)..]);
        return answer with { Candidates = [.. answer.Candidates.Select(candidate => candidate with { Word = $"{name}={candidate.Word}" })] };
    }

    private CompletionAnswer OfValue(string valueName, WordReader before, string start)
    {
        if (Choice.Words(valueName) is { Length: > 0 } choices)
        {
            return CompletionAnswer.Of(choices.Select(choice => new Candidate(choice)));
        }

        ValueKind kind = ValueKinds.Find(valueName) ?? ValueKind.Free;
        return kind switch
        {
            ValueKind.File => new CompletionAnswer(CompletionAnswer.Files, []),
            ValueKind.Script => new CompletionAnswer(CompletionAnswer.Scripts, []),
            ValueKind.Folder => new CompletionAnswer(CompletionAnswer.Folders, []),
            ValueKind.CommandName => CompletionAnswer.Of(CommandWords(before.Values)),
            ValueKind.Free => CompletionAnswer.Nothing,
            _ => CompletionAnswer.Of(new StoredNames(host, before.ConfigurationFile).Find(kind, before.Values.Count > 0 ? before.Values[0] : "", start)),
        };
    }

    private static Argument? Argument(Command command, int index)
    {
        Argument[] arguments = [.. command.Arguments.Where(argument => !argument.Hidden)];
        return index < arguments.Length ? arguments[index]
            : arguments.LastOrDefault() is { Arity.MaximumNumberOfValues: > 1 } last ? last : null;
    }

    private IEnumerable<Candidate> Options(WordReader before)
    {
        bool asks = before.Command is HandledCommand { CanAsk: true };
        return CommandNames.Options(before.Command)
            .Where(option => !option.Hidden && !before.IsGiven(option) && (option != tree.Global.Yes || asks))
            .Append(before.Command == tree.Root ? null : tree.Help)
            .OfType<Option>()
            .Distinct()
            .Select(option => new Candidate(option.Name, option.Description!));
    }

    private static IEnumerable<Candidate> Commands(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new Candidate(sub.Name, sub.Description!));

    private IEnumerable<Candidate> CommandWords(IReadOnlyList<string> names)
    {
        Command? command = tree.Root;
        foreach (string name in names)
        {
            command = command is null ? null : CommandNames.Child(command, name);
        }

        IEnumerable<Candidate> topics = names.Count == 0
            ? HelpTopics.Names.Select(topic => new Candidate(topic, HelpTopics.Find(topic)!.Description)) : [];
        return command is null ? [] : Commands(command).Concat(topics);
    }

    // The answer has a line for each.
    private static bool IsOneLine(string word) => !word.Any(char.IsControl);
}
