namespace LlmSpell.Lua.Streams;

/// <summary>
/// Takes from the input the longest text that may be a Lua numeral, as <c>l_read_number</c> of Lua's liolib.c does; whether it is
/// one, Lua itself decides.
/// </summary>
internal ref struct NumberScanner(InputSource source)
{
    /// <summary>The longest numeral that is read.</summary>
    internal const int MaxLength = 200;

    private int _length;

    /// <summary>Fills the buffer and returns how long the text is; 0 if it is too long to be a number.</summary>
    /// <param name="text">At least <see cref="MaxLength"/> bytes.</param>
    internal int Scan(Span<byte> text)
    {
        while (source.Peek() is ' ' or (>= '\t' and <= '\r'))
        {
            source.Skip();
        }

        Accept(text, "+-"u8);
        bool hexadecimal = false;
        int digits = 0;
        if (Accept(text, "0"u8))
        {
            hexadecimal = Accept(text, "xX"u8);
            digits = hexadecimal ? 0 : 1;
        }

        digits += Digits(text, hexadecimal);
        if (Accept(text, "."u8))
        {
            digits += Digits(text, hexadecimal);
        }

        if (digits > 0 && Accept(text, hexadecimal ? "pP"u8 : "eE"u8))
        {
            Accept(text, "+-"u8);
            Digits(text, hexadecimal: false);
        }

        return _length <= MaxLength ? _length : 0;
    }

    private int Digits(Span<byte> text, bool hexadecimal)
    {
        int count = 0;
        while (_length <= MaxLength && Accept(text, hexadecimal ? "0123456789abcdefABCDEF"u8 : "0123456789"u8))
        {
            count++;
        }

        return count;
    }

    private bool Accept(Span<byte> text, ReadOnlySpan<byte> set)
    {
        int next = source.Peek();
        if (next == InputSource.End || !set.Contains((byte)next))
        {
            return false;
        }

        if (_length >= MaxLength)
        {
            _length = MaxLength + 1;
            return false;
        }

        text[_length++] = (byte)next;
        source.Skip();
        return true;
    }
}
