using System.Text;

namespace LlmSpell.Cli.Repl.Completion;

/// <summary>Splits Lua source up to the cursor into tokens, as far as completion needs to know them. Comments are left out.</summary>
internal sealed class LuaScanner
{
    private readonly string _text;
    private readonly List<LuaToken> _tokens = [];
    private int _place;

    private LuaScanner(string text) => _text = text;

    public static IReadOnlyList<LuaToken> Scan(string text)
    {
        var scanner = new LuaScanner(text);
        while (scanner._place < text.Length)
        {
            scanner.Next();
        }

        return scanner._tokens;
    }

    private char Current => _text[_place];

    private void Next()
    {
        int start = _place;
        if (char.IsWhiteSpace(Current))
        {
            _place++;
        }
        else if (StartsWith("--"))
        {
            Comment();
        }
        else if (LongBracket(_place) is { } level)
        {
            Long(level, isComment: false);
        }
        else if (Current is '"' or '\'')
        {
            Quoted();
        }
        else if (char.IsAsciiDigit(Current))
        {
            Skip(static character => IsWord(character) || character == '.');
            Add(LuaTokenKind.Number, start);
        }
        else if (IsWord(Current))
        {
            Skip(IsWord);
            Add(LuaTokenKind.Name, start);
        }
        else
        {
            // ".", ".." and "...", ":" and "::" are symbols of their own.
            char first = Current;
            Skip(character => character == first && first is '.' or ':' && _place - start < 3);
            _place = Math.Max(_place, start + 1);
            Add(LuaTokenKind.Symbol, start);
        }
    }

    private void Comment()
    {
        if (LongBracket(_place + 2) is { } level)
        {
            _place += 2;
            Long(level, isComment: true);
            return;
        }

        int end = _text.IndexOf('\n', _place);
        if (end < 0)
        {
            AddOpen();
        }

        _place = end < 0 ? _text.Length : end;
    }

    private void Long(int level, bool isComment)
    {
        int start = _place;
        string close = $"]{new string('=', level)}]";
        int end = _text.IndexOf(close, _place, StringComparison.Ordinal);
        if (end < 0)
        {
            AddOpen();
            _place = _text.Length;
            return;
        }

        _place = end + close.Length;
        if (!isComment)
        {
            _tokens.Add(new LuaToken(LuaTokenKind.Text, start, ""));
        }
    }

    private void Quoted()
    {
        int start = _place;
        char quote = Current;
        var value = new StringBuilder();
        for (_place++; _place < _text.Length && Current != quote && Current != '\n'; _place++)
        {
            if (Current == '\\' && _place + 1 < _text.Length)
            {
                _place++;
                value.Append(Current switch { 'n' => '\n', 't' => '\t', _ => Current });
            }
            else
            {
                value.Append(Current);
            }
        }

        bool isOpen = _place >= _text.Length;
        _tokens.Add(new LuaToken(isOpen ? LuaTokenKind.OpenText : LuaTokenKind.Text, start, value.ToString()));
        _place = Math.Min(_place + 1, _text.Length);
    }

    /// <summary>How many equals signs a long bracket has that begins there; null if none does.</summary>
    private int? LongBracket(int place)
    {
        if (place >= _text.Length || _text[place] != '[')
        {
            return null;
        }

        int level = 0;
        while (place + 1 + level < _text.Length && _text[place + 1 + level] == '=')
        {
            level++;
        }

        return place + 1 + level < _text.Length && _text[place + 1 + level] == '[' ? level : null;
    }

    private bool StartsWith(string text) => string.CompareOrdinal(_text, _place, text, 0, text.Length) == 0;

    private void Skip(Func<char, bool> isPassed)
    {
        while (_place < _text.Length && isPassed(Current))
        {
            _place++;
        }
    }

    private void Add(LuaTokenKind kind, int start) => _tokens.Add(new LuaToken(kind, start, _text[start.._place]));

    private void AddOpen() => _tokens.Add(new LuaToken(LuaTokenKind.OpenOther, _place, ""));

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
