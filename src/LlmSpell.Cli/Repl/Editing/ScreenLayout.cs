using System.Text;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>How a view fills the rows of a terminal of some width. Immutable.</summary>
internal sealed class ScreenLayout
{
    private const string TabAsBlanks = "    ";

    private readonly List<string> _rows = [];
    private readonly StringBuilder _row = new();
    private readonly int _width;
    private int _column;

    public ScreenLayout(EditView view, int width)
    {
        _width = Math.Max(width, 4);
        Add(view.Prompt);
        int index = 0;
        foreach (Rune rune in view.Text.EnumerateRunes())
        {
            // The cursor stands on the character behind it, so where that one goes.
            string shown = rune.Value == '\n' ? "" : Shown(rune);
            if (index == view.Cursor)
            {
                MarkCursor(SafeText.Width(shown));
            }

            if (rune.Value == '\n')
            {
                EndRow();
                Add(view.NextPrompt);
            }
            else
            {
                Add(shown);
            }

            index += rune.Utf16SequenceLength;
        }

        if (index <= view.Cursor)
        {
            MarkCursor(1);
        }

        EndRow();
    }

    public IReadOnlyList<string> Rows => _rows;

    public int CursorRow { get; private set; }

    public int CursorColumn { get; private set; }

    private static string Shown(Rune rune)
    {
        if (rune.Value == '\t')
        {
            return TabAsBlanks;
        }

        return rune.Value < 0x20 ? $"^{(char)(rune.Value + '@')}" : SafeText.OneLine(rune.ToString());
    }

    private void MarkCursor(int width)
    {
        if (_column + Math.Max(width, 1) > _width)
        {
            EndRow();
        }

        (CursorRow, CursorColumn) = (_rows.Count, _column);
    }

    private void Add(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            string character = rune.ToString();
            int width = SafeText.Width(character);
            if (_column + width > _width)
            {
                EndRow();
            }

            _row.Append(character);
            _column += width;
        }
    }

    private void EndRow()
    {
        _rows.Add(_row.ToString());
        _row.Clear();
        _column = 0;
    }
}
