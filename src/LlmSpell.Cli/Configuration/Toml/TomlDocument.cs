using LlmSpell.Cli.Configuration.Problems;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>
/// A TOML file flattened to keys with whole paths and places. What cannot be parsed is a problem; the rest of the file is
/// still there, so that one run finds every mistake.
/// </summary>
internal sealed class TomlDocument
{
    private readonly string _text;
    private readonly string _fileName;
    private readonly List<TomlEntry> _entries = [];
    private readonly List<TomlHeader> _headers = [];
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly HashSet<int> _brokenLines = [];
    private readonly Dictionary<TomlPath, TextPlace> _seenKeys = [];
    private readonly Dictionary<TomlPath, TextPlace> _seenHeaders = [];

    private TomlDocument(string text, string fileName)
    {
        _text = text;
        _fileName = fileName;
    }

    public IReadOnlyList<TomlEntry> Entries => _entries;

    public IReadOnlyList<TomlHeader> Headers => _headers;

    public IReadOnlyList<ConfigurationProblem> Problems => _problems;

    /// <param name="text">The file's text.</param>
    /// <param name="fileName">How problems name the file.</param>
    public static TomlDocument Parse(string text, string fileName)
    {
        var document = new TomlDocument(text, fileName);
        try
        {
            document.Read();
        }
        catch (TomlException error)
        {
            document._problems.Add(ConfigurationProblem.InFile(fileName, null, $"not readable as TOML: {error.Message}"));
        }

        return document;
    }

    private void Read()
    {
        DocumentSyntax syntax = SyntaxParser.Parse(_text, _fileName, validate: false);
        DiagnosticMessage[] mistakes = [.. MistakesIn(syntax)];
        _brokenLines.UnionWith(mistakes.Select(mistake => PlaceOf(mistake.Span).Line));

        ReadKeys(syntax.KeyValues, TomlPath.Root, isInList: false);
        foreach (TableSyntaxBase table in syntax.Tables)
        {
            ReadTable(table);
        }

        // The rules across lines (a key that is also a table, say) mean something only where the lines are right.
        if (mistakes.Length == 0)
        {
            mistakes = [.. MistakesIn(SyntaxParser.Parse(_text, _fileName, validate: true))];
        }

        // After a mistake the parser stumbles over the rest of its line: only the first tells something.
        // After a broken header, it stumbles over the next line too.
        string[] lines = _text.ReplaceLineEndings("\n").Split('\n');
        var reportedLines = _problems.Select(problem => problem.Place?.Line ?? 0).ToHashSet();
        int followsHeader = 0;
        foreach (DiagnosticMessage mistake in mistakes)
        {
            TextPlace place = PlaceOf(mistake.Span);
            if (place.Line == followsHeader || !reportedLines.Add(place.Line))
            {
                continue;
            }

            string line = place.Line <= lines.Length ? lines[place.Line - 1] : "";
            followsHeader = line.TrimStart().StartsWith('[') ? place.Line + 1 : 0;
            (string message, string? hint) = SyntaxMistake.Explain(line, mistake.Message);
            _problems.Add(ConfigurationProblem.InFile(_fileName, place, message, hint));
        }
    }

    private static IEnumerable<DiagnosticMessage> MistakesIn(DocumentSyntax syntax) =>
        syntax.Diagnostics.Where(message => message.Kind == DiagnosticMessageKind.Error);

    private void ReadTable(TableSyntaxBase table)
    {
        // Keys below a broken header belong nowhere.
        if (table.Name is null || _brokenLines.Contains(PlaceOf(table.Name.Span).Line))
        {
            return;
        }

        TomlPath path = PathOf(table.Name);
        TextPlace place = PlaceOf(table.Name.Span);
        bool isList = table is TableArraySyntax;
        if (!isList && !_seenHeaders.TryAdd(path, place))
        {
            ReportTwice($"the section [{path}]", _seenHeaders[path], place);
        }

        _headers.Add(new TomlHeader(path, place, isList));
        ReadKeys(table.Items, path, isList);
    }

    private void ReadKeys(IEnumerable<KeyValueSyntax> keys, TomlPath table, bool isInList)
    {
        foreach (KeyValueSyntax key in keys)
        {
            if (key.Key is null || key.Value is null || _brokenLines.Contains(PlaceOf(key.Key.Span).Line))
            {
                continue;
            }

            TomlPath path = table.Append(PathOf(key.Key));
            TextPlace place = PlaceOf(key.Key.Span);
            if (!isInList && !_seenKeys.TryAdd(path, place))
            {
                ReportTwice($"the key {path}", _seenKeys[path], place);
            }

            if (key.Value is InlineTableSyntax inline)
            {
                _headers.Add(new TomlHeader(path, place, IsList: false));
                ReadKeys(inline.Items.Select(item => item.KeyValue).OfType<KeyValueSyntax>(), path, isInList);
            }
            else
            {
                _entries.Add(new TomlEntry(path, place, ValueOf(key.Value)));
            }
        }
    }

    private void ReportTwice(string what, TextPlace first, TextPlace second) =>
        _problems.Add(ConfigurationProblem.InFile(
            _fileName, second, $"{what} stands here a second time; the first is in line {first.Line}", "Keep one of the two."));

    private TomlValue ValueOf(ValueSyntax value)
    {
        (TomlValueKind kind, object? content) = value switch
        {
            StringValueSyntax text => (TomlValueKind.Text, (object?)text.Value),
            IntegerValueSyntax number => (TomlValueKind.Integer, number.Value),
            FloatValueSyntax number => (TomlValueKind.Float, number.Value),
            BooleanValueSyntax boolean => (TomlValueKind.Boolean, boolean.Value),
            DateTimeValueSyntax => (TomlValueKind.DateTime, null),
            ArraySyntax => (TomlValueKind.Array, null),
            _ => (TomlValueKind.Table, null),
        };
        return new TomlValue(kind, content, _text[value.Span.Start.Offset..(value.Span.End.Offset + 1)], PlaceOf(value.Span));
    }

    private static TomlPath PathOf(KeySyntax key) =>
        new([NameOf(key.Key), .. key.DotKeys.Select(dotted => NameOf(dotted.Key))]);

    private static string NameOf(BareKeyOrStringValueSyntax? name) => name switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static TextPlace PlaceOf(SourceSpan span) => new(span.Start.Line + 1, span.Start.Column + 1);
}
