using System.Text;

namespace LlmSpell.Cli.Output;

/// <summary>Columns, each as wide as its widest cell, two blanks apart. Cells are made harmless for terminals.</summary>
/// <param name="headings">One per column; a heading that starts with <c>&gt;</c> aligns its column to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length)
        {
            throw new ArgumentException($"The table has {headings.Length} columns, the row {cells.Length}.", nameof(cells));
        }

        _rows.Add([.. cells.Select(SafeText.OneLine)]);
    }

    public void WriteTo(TextOutput text)
    {
        string[] names = [.. headings.Select(heading => heading.TrimStart('>'))];
        int[] widths = [.. names.Select((name, column) => _rows.Select(row => SafeText.Width(row[column])).Append(name.Length).Max())];
        text.Heading(Format(names, widths));
        foreach (string[] row in _rows)
        {
            text.Line(Format(row, widths));
        }
    }

    private string Format(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int column = 0; column < cells.Length; column++)
        {
            if (column > 0)
            {
                line.Append("  ");
            }

            int padding = widths[column] - SafeText.Width(cells[column]);
            bool isRight = headings[column].StartsWith('>');
            line.Append(' ', isRight ? padding : 0).Append(cells[column]).Append(' ', isRight ? 0 : padding);
        }

        return line.ToString().TrimEnd();
    }
}
