using System.Globalization;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>The text being edited, perhaps of several lines, and the cursor in it, which never stands inside a character.</summary>
internal sealed class EditBuffer
{
    public string Text { get; private set; } = "";

    /// <summary>An index into <see cref="Text"/>, 0 to its length.</summary>
    public int Cursor { get; private set; }

    public string BeforeCursor => Text[..Cursor];

    public bool IsEmpty => Text.Length == 0;

    public int LineStart => Text.LastIndexOf('\n', Cursor - 1, Cursor) + 1;

    public int LineEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    public bool IsOnFirstLine => LineStart == 0;

    public bool IsOnLastLine => LineEnd == Text.Length;

    public void Set(string text) => Set(text, text.Length);

    public void Set(string text, int cursor) => (Text, Cursor) = (text, cursor);

    public void MoveTo(int cursor) => Cursor = cursor;

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Puts text in the place of what stands between <paramref name="start"/> and the cursor.</summary>
    public void ReplaceBack(int start, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(Cursor));
        Cursor = start + text.Length;
    }

    /// <summary>Deletes from the cursor to a place before or behind it; returns what was there.</summary>
    public string DeleteTo(int place)
    {
        int start = Math.Min(place, Cursor);
        int length = Math.Abs(place - Cursor);
        string deleted = Text.Substring(start, length);
        Text = Text.Remove(start, length);
        Cursor = start;
        return deleted;
    }

    public int Next => Cursor == Text.Length ? Cursor : Cursor + StringInfo.GetNextTextElementLength(Text, Cursor);

    public int Previous
    {
        get
        {
            if (Cursor == 0)
            {
                return 0;
            }

            // Characters of several code points do not cross a line's end.
            int place = Cursor == LineStart ? Cursor - 1 : LineStart;
            while (place + StringInfo.GetNextTextElementLength(Text, place) is var next && next < Cursor)
            {
                place = next;
            }

            return place;
        }
    }

    /// <summary>The end of the word at or behind the cursor.</summary>
    public int NextWord
    {
        get
        {
            int place = Cursor;
            while (place < Text.Length && !IsWord(Text[place]))
            {
                place++;
            }

            while (place < Text.Length && IsWord(Text[place]))
            {
                place++;
            }

            return place;
        }
    }

    /// <summary>The start of the word before the cursor.</summary>
    public int PreviousWord => Back(Back(Cursor, static character => !IsWord(character)), IsWord);

    /// <summary>The start of what stands before the cursor without a blank in it.</summary>
    public int PreviousBlankWord => Back(Back(Cursor, char.IsWhiteSpace), static character => !char.IsWhiteSpace(character));

    /// <summary>Moves to the line above or below, to the same column as far as there is one. The line must exist.</summary>
    public void MoveLine(bool up)
    {
        int column = Cursor - LineStart;
        Cursor = up ? LineStart - 1 : LineEnd + 1;
        int start = LineStart;
        int target = Math.Min(start + column, LineEnd);
        Cursor = start;
        while (Next <= target && Cursor < target)
        {
            Cursor = Next;
        }
    }

    private int Back(int place, Func<char, bool> isPassed)
    {
        while (place > 0 && isPassed(Text[place - 1]))
        {
            place--;
        }

        return place;
    }

    // A surrogate is half of a letter or a symbol, and must not be parted from its other half.
    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_' || char.IsSurrogate(character);
}
