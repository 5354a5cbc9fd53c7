using System.Buffers;
using System.Text;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>Makes keys of the bytes that a terminal sends: UTF-8, control characters, and the escape sequences of xterm and its kin.</summary>
internal sealed class KeyDecoder
{
    private const byte EscapeByte = 0x1B;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    private readonly List<byte> _pending = [];
    private bool _isPasting;
    private int _searched;

    /// <summary>Whether what is pending may be a whole key already: a lone escape looks like the start of a sequence until time passes.</summary>
    public bool IsAmbiguous => !_isPasting && _pending.Count > 0;

    public void Add(ReadOnlySpan<byte> bytes) => _pending.AddRange(bytes);

    /// <summary>The next key, if one is whole.</summary>
    public bool TryRead(out Key key)
    {
        while (_pending.Count > 0)
        {
            (int length, key) = _isPasting ? Paste() : Decode();
            if (length == 0)
            {
                return false;
            }

            _pending.RemoveRange(0, length);
            if (key != PasteStarts)
            {
                return true;
            }

            _isPasting = true;
            _searched = 0;
        }

        key = default;
        return false;
    }

    /// <summary>Nothing followed in time: what is pending is all there is.</summary>
    public Key Settle()
    {
        bool isEscape = _pending is [EscapeByte];
        _pending.Clear();
        return new Key(isEscape ? KeyKind.Escape : KeyKind.Unknown);
    }

    private static Key PasteStarts { get; } = new(KeyKind.Paste, "start");

    private ReadOnlySpan<byte> Pending => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending);

    private (int Length, Key Key) Paste()
    {
        int end = Pending[_searched..].IndexOf(PasteEnd);
        if (end < 0)
        {
            _searched = Math.Max(0, _pending.Count - PasteEnd.Length + 1);
            return default;
        }

        end += _searched;
        _isPasting = false;
        string text = Encoding.UTF8.GetString(Pending[..end]).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return (end + PasteEnd.Length, new Key(KeyKind.Paste, text));
    }

    private (int Length, Key Key) Decode()
    {
        byte first = _pending[0];
        if (first == EscapeByte)
        {
            return Sequence();
        }

        if (first is < 0x20 or 0x7F)
        {
            return (1, new Key(Control(first)));
        }

        return Rune.DecodeFromUtf8(Pending, out Rune rune, out int length) switch
        {
            OperationStatus.NeedMoreData => default,
            _ => (length, new Key(KeyKind.Text, rune.ToString())),
        };
    }

    private static KeyKind Control(byte value) => value switch
    {
        0x01 => KeyKind.Home,
        0x02 => KeyKind.Left,
        0x03 => KeyKind.Interrupt,
        0x04 => KeyKind.DeleteOrLeave,
        0x05 => KeyKind.End,
        0x06 => KeyKind.Right,
        0x07 => KeyKind.Cancel,
        0x08 or 0x7F => KeyKind.Backspace,
        0x09 => KeyKind.Tab,
        0x0A or 0x0D => KeyKind.Enter,
        0x0B => KeyKind.KillToEnd,
        0x0C => KeyKind.ClearScreen,
        0x0E => KeyKind.Down,
        0x10 => KeyKind.Up,
        0x12 => KeyKind.Search,
        0x15 => KeyKind.KillToStart,
        0x17 => KeyKind.KillBlankWordLeft,
        0x19 => KeyKind.Yank,
        0x1A => KeyKind.Suspend,
        _ => KeyKind.Unknown,
    };

    private (int Length, Key Key) Sequence()
    {
        if (_pending.Count == 1)
        {
            return default;
        }

        switch (_pending[1])
        {
            case (byte)'[':
                return ControlSequence();
            case (byte)'O':
                return _pending.Count < 3 ? default : (3, new Key(Cursor(_pending[2], isModified: false)));
            case EscapeByte:
                return (1, new Key(KeyKind.Escape));
            default:
                return (2, new Key(Alt(_pending[1])));
        }
    }

    private static KeyKind Alt(byte value) => value switch
    {
        (byte)'b' => KeyKind.WordLeft,
        (byte)'f' => KeyKind.WordRight,
        (byte)'d' => KeyKind.KillWordRight,
        0x08 or 0x7F => KeyKind.KillWordLeft,
        0x0A or 0x0D => KeyKind.NewLine,
        _ => KeyKind.Unknown,
    };

    /// <summary>ESC [, parameters, a final byte.</summary>
    private (int Length, Key Key) ControlSequence()
    {
        ReadOnlySpan<byte> rest = Pending[2..];
        int final = rest.IndexOfAnyExceptInRange((byte)0x20, (byte)0x3F);
        if (final < 0)
        {
            return default;
        }

        ReadOnlySpan<byte> parameters = rest[..final];
        // A modifier follows the first parameter: 3 is Alt, 5 is Ctrl.
        bool isModified = parameters.Contains((byte)';');
        KeyKind kind = rest[final] == '~' ? Numbered(parameters, isModified) : Cursor(rest[final], isModified);
        return (final + 3, kind == KeyKind.Paste ? PasteStarts : new Key(kind));
    }

    private static KeyKind Numbered(ReadOnlySpan<byte> parameters, bool isModified)
    {
        int end = parameters.IndexOf((byte)';');
        return Encoding.ASCII.GetString(end < 0 ? parameters : parameters[..end]) switch
        {
            "1" or "7" => KeyKind.Home,
            "4" or "8" => KeyKind.End,
            "3" => isModified ? KeyKind.KillWordRight : KeyKind.Delete,
            "200" => KeyKind.Paste,
            _ => KeyKind.Unknown,
        };
    }

    private static KeyKind Cursor(byte final, bool isModified) => final switch
    {
        (byte)'A' => KeyKind.Up,
        (byte)'B' => KeyKind.Down,
        (byte)'C' => isModified ? KeyKind.WordRight : KeyKind.Right,
        (byte)'D' => isModified ? KeyKind.WordLeft : KeyKind.Left,
        (byte)'H' => KeyKind.Home,
        (byte)'F' => KeyKind.End,
        _ => KeyKind.Unknown,
    };
}
