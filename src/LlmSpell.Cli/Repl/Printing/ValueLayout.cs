using System.Text;
using LlmSpell.Cli.Output;
using LlmSpell.Lua.Inspection;

namespace LlmSpell.Cli.Repl.Printing;

/// <summary>Lays a value out as a table constructor: on one line where it fits, else one field a line, short elements side by side.</summary>
/// <param name="width">The columns there are.</param>
internal sealed class ValueLayout(int width)
{
    private const int Step = 2;

    public static string Format(ValueNode value, int width)
    {
        var layout = new ValueLayout(width);
        layout.Add(value, indent: 0, column: 0, after: 0);
        return layout._text.ToString();
    }

    private readonly StringBuilder _text = new();

    /// <param name="value">What to add.</param>
    /// <param name="indent">Where its line starts.</param>
    /// <param name="column">Where in that line it starts.</param>
    /// <param name="after">How many columns what follows needs.</param>
    private void Add(ValueNode value, int indent, int column, int after)
    {
        string flat = Flat(value);
        if (value is not TableNode { Fields.Count: > 0 } table || column + SafeText.Width(flat) + after <= width)
        {
            _text.Append(flat);
            return;
        }

        _text.Append('{');
        int inner = indent + Step;
        int used = width;
        for (int index = 0; index < table.Fields.Count; index++)
        {
            TableField field = table.Fields[index];
            bool isLast = index == table.Fields.Count - 1 && table.Rest is null;
            used = field is { Key: null, Value: TextNode text } ? AddElement(text.Text, inner, used, isLast) : AddField(field, inner, isLast);
        }

        if (table.Rest is not null)
        {
            StartLine(inner);
            _text.Append(table.Rest);
        }

        StartLine(indent);
        _text.Append('}');
    }

    /// <summary>Adds a short element behind the one before, if it fits there; the columns that the line then has.</summary>
    private int AddElement(string text, int indent, int used, bool isLast)
    {
        int needed = SafeText.Width(text) + 1;
        if (used + 1 + needed <= width)
        {
            _text.Append(' ');
            used++;
        }
        else
        {
            StartLine(indent);
            used = indent;
        }

        _text.Append(text).Append(isLast ? "" : ",");
        return used + needed;
    }

    /// <summary>Adds a field on lines of its own; nothing fits behind it.</summary>
    private int AddField(TableField field, int indent, bool isLast)
    {
        StartLine(indent);
        string key = field.Key is null ? "" : $"{field.Key} = ";
        _text.Append(key);
        Add(field.Value, indent, indent + SafeText.Width(key), after: 1);
        _text.Append(isLast ? "" : ",");
        return width;
    }

    private void StartLine(int indent) => _text.Append('\n').Append(' ', indent);

    private static string Flat(ValueNode value)
    {
        if (value is not TableNode table)
        {
            return ((TextNode)value).Text;
        }

        IEnumerable<string> parts = table.Fields.Select(field => field.Key is null ? Flat(field.Value) : $"{field.Key} = {Flat(field.Value)}");
        return $"{{{string.Join(", ", table.Rest is null ? parts : parts.Append(table.Rest))}}}";
    }
}
