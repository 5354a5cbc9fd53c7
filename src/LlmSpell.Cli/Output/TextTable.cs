using System.Text;

namespace LlmSpell.Cli.Output;

/// <summary>
/// Columns, each as wide as its widest cell, two blanks apart. Cells are made harmless for terminals; where the table is wider than
/// the terminal, its columns of free text are shortened.
/// </summary>
/// <param name="headings">
/// One per column; a heading that starts with <c>&gt;</c> aligns its column to the right, one that starts with <c>~</c> is of a column
/// of free text.
/// </param>
internal sealed class TextTable(params string[] headings)
{
    private const char FreeText = '~';
    private const int Gap = 2;
    private const int MinText = 12;

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
        string[] names = [.. headings.Select(heading => heading.TrimStart('>', FreeText))];
        int[] widths = [.. names.Select((name, column) => _rows.Select(row => SafeText.Width(row[column])).Append(name.Length).Max())];
        if (text.Width is { } room)
        {
            Narrow(widths, names, room);
        }

        text.Heading(Format(names, widths));
        foreach (string[] row in _rows)
        {
            text.Line(Format(row, widths));
        }
    }

    // The widest gives first; a column stays wide enough for its heading and a word.
    private void Narrow(int[] widths, string[] names, int room)
    {
        int excess = widths.Sum() + (Gap * (widths.Length - 1)) - room;
        foreach (int column in Enumerable.Range(0, widths.Length).Where(column => headings[column][0] == FreeText).OrderByDescending(column => widths[column]))
        {
            int least = Math.Min(widths[column], Math.Max(names[column].Length, MinText));
            int given = Math.Clamp(excess, 0, widths[column] - least);
            widths[column] -= given;
            excess -= given;
        }
    }

    private string Format(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int column = 0; column < cells.Length; column++)
        {
            if (column > 0)
            {
                line.Append(' ', Gap);
            }

            string cell = SafeText.Shorten(cells[column], widths[column]);
            // A wide character that was cut leaves a column free.
            int padding = widths[column] - SafeText.Width(cell);
            bool isRight = headings[column].StartsWith('>');
            line.Append(' ', isRight ? padding : 0).Append(cell).Append(' ', isRight ? 0 : padding);
        }

        return line.ToString().TrimEnd();
    }
}
