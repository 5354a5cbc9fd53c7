using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Completion;

/// <summary>Reads the words before the cursor: which command they name, and what the word at the cursor is to be.</summary>
internal sealed class WordReader
{
    private readonly HashSet<Option> _given = [];
    private readonly List<string> _values = [];

    /// <param name="root">The program.</param>
    /// <param name="words">The words behind the program's name, without the one at the cursor.</param>
    public WordReader(Command root, IEnumerable<string> words)
    {
        Command = root;
        foreach (string word in words)
        {
            Read(word);
        }
    }

    public Command Command { get; private set; }

    /// <summary>The option whose value stands at the cursor, if one does.</summary>
    public Option? AwaitsValue { get; private set; }

    /// <summary>Whether what starts with a hyphen is no option any more.</summary>
    public bool OptionsEnded { get; private set; }

    /// <summary>The arguments so far.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>The configuration file that the words name, if they do.</summary>
    public string? ConfigurationFile { get; private set; }

    /// <summary>Whether the script is named already, so that all that follows is its own.</summary>
    public bool IsInScript => Command is HandledCommand { TakesScript: true } && _values.Count > 0;

    public bool IsGiven(Option option) => _given.Contains(option);

    private void Read(string word)
    {
        if (AwaitsValue is { } option)
        {
            TakeValue(option, word);
            AwaitsValue = null;
        }
        else if (IsInScript || OptionsEnded || word.Length < 2 || word[0] != '-')
        {
            ReadWord(word);
        }
        else if (word == "--")
        {
            OptionsEnded = true;
        }
        else
        {
            ReadOption(word);
        }
    }

    private void ReadWord(string word)
    {
        if (_values.Count == 0 && !OptionsEnded && CommandNames.Child(Command, word) is { } next)
        {
            Command = next;
        }
        else
        {
            _values.Add(word);
        }
    }

    private void ReadOption(string word)
    {
        string[] parts = word.Split('=', 2);
        if (CommandNames.Option(Command, parts[0]) is not { } option)
        {
            return;
        }

        _given.Add(option);
        if (parts.Length > 1)
        {
            TakeValue(option, parts[1]);
        }
        else if (CommandNames.TakesValue(option))
        {
            AwaitsValue = option;
        }
    }

    private void TakeValue(Option option, string value)
    {
        if (option.Name == GlobalOptions.ConfigName)
        {
            ConfigurationFile = value;
        }
    }
}
