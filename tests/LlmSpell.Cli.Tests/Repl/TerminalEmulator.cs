using System.Globalization;
using System.Text;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Tests.Repl;

/// <summary>
/// A terminal as far as the editor uses one: it shows what was sent to it, wraps at its right edge as xterm does, and scrolls. An
/// escape sequence that it does not know fails the test.
/// </summary>
internal sealed class TerminalEmulator(int width, int height)
{
    private readonly List<string[]> _rows = [NewRow(width)];
    private int _row;
    private int _column;

    public (int Row, int Column) Cursor => (_row - Top, Math.Min(_column, width - 1));

    /// <summary>What is to be seen, without blanks at the ends of lines and empty lines at the end.</summary>
    public string Text => string.Join('\n', _rows.Skip(Top).Select(row => string.Concat(row).TrimEnd())).TrimEnd('\n');

    private int Top => Math.Max(0, _rows.Count - height);

    public void Send(string text)
    {
        for (int index = 0; index < text.Length;)
        {
            if (text[index] == '\e')
            {
                index = Sequence(text, index + 2);
                continue;
            }

            Rune rune = Rune.GetRuneAt(text, index);
            index += rune.Utf16SequenceLength;
            Put(rune);
        }
    }

    private void Put(Rune rune)
    {
        switch (rune.Value)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                Down(1);
                return;
        }

        string character = rune.ToString();
        Assert.False(Rune.IsControl(rune), $"a control character was sent: U+{rune.Value:X4}");
        int columns = SafeText.Width(character);
        if (columns == 0)
        {
            _rows[_row][Math.Max(0, _column - 1)] += character;
            return;
        }

        if (_column + columns > width)
        {
            _column = 0;
            Down(1);
        }

        _rows[_row][_column] = character;
        if (columns == 2)
        {
            _rows[_row][_column + 1] = "";
        }

        _column += columns;
    }

    private int Sequence(string text, int index)
    {
        int end = index;
        while (char.IsAsciiDigit(text[end]) || text[end] == '?')
        {
            end++;
        }

        int count = int.TryParse(text.AsSpan(index, end - index), CultureInfo.InvariantCulture, out int number) ? number : 0;
        switch (text[end])
        {
            case 'A':
                _row = Math.Max(Top, _row - count);
                break;
            case 'B':
                _row = Math.Min(_rows.Count - 1, _row + count);
                break;
            case 'C':
                _column = Math.Min(width - 1, _column + count);
                break;
            case 'H':
                (_row, _column) = (Top, 0);
                break;
            case 'J' when count == 2:
                _rows.RemoveRange(Top, _rows.Count - Top);
                _rows.Add(NewRow(width));
                _row = _rows.Count - 1;
                break;
            case 'J':
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                _rows[_row].AsSpan(Math.Min(_column, width)).Fill(" ");
                break;
            default:
                Assert.Fail($"an unknown sequence was sent: {text[(index - 2)..(end + 1)]}");
                break;
        }

        return end + 1;
    }

    private void Down(int count)
    {
        _row += count;
        while (_row >= _rows.Count)
        {
            _rows.Add(NewRow(width));
        }
    }

    private static string[] NewRow(int width) => [.. Enumerable.Repeat(" ", width)];
}
