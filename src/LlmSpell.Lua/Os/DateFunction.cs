using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Os;

/// <summary>
/// os.date, over C's strftime in the C locale. Lua's own is built over gmtime and localtime here, whose one result all threads share.
/// </summary>
internal static unsafe class DateFunction
{
    private const int LongestConversion = 250;

    /// <summary>What C99 has, by itself and after E and O.</summary>
    private static ReadOnlySpan<byte> Conversions => "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"u8;

    private static ReadOnlySpan<byte> EraConversions => "cCxXyY"u8;

    private static ReadOnlySpan<byte> DigitConversions => "deHImMSuUVwWy"u8;

    /// <summary>date(format, time): nil, then a text or, for *t, a table.</summary>
    /// <param name="state">The coroutine.</param>
    /// <param name="longest">How many bytes the text may have: two of a format can become two dozen.</param>
    internal static int Date(LuaState state, long longest)
    {
        LuaArguments arguments = new(state, "date");
        ReadOnlySpan<byte> format = arguments.IsNil(1) ? "%c"u8 : arguments.Bytes(1);
        long time = arguments.IsNil(2) ? Calendar.Now() : arguments.Integer(2);
        bool utc = format is [(byte)'!', ..];
        format = utc ? format[1..] : format;
        CalendarTime parts;
        if (!Calendar.TryConvert(time, utc, &parts))
        {
            throw new LuaCallException("date result cannot be represented in this installation");
        }

        state.PushNil();
        if (format.SequenceEqual("*t"u8))
        {
            PushTable(state, parts);
        }
        else
        {
            PushText(state, arguments, format, &parts, longest);
        }

        return 2;
    }

    private static void PushTable(LuaState state, in CalendarTime parts)
    {
        LuaApi.CreateTable(state, 0, 9);
        state.SetField("year"u8, parts.YearsFrom1900 + 1900L);
        state.SetField("month"u8, parts.MonthFrom0 + 1);
        state.SetField("day"u8, parts.Day);
        state.SetField("hour"u8, parts.Hour);
        state.SetField("min"u8, parts.Minute);
        state.SetField("sec"u8, parts.Second);
        state.SetField("yday"u8, parts.DayOfYearFrom0 + 1);
        state.SetField("wday"u8, parts.DayOfWeekFrom0 + 1);
        if (parts.IsDaylightSaving >= 0)
        {
            state.SetField("isdst"u8, parts.IsDaylightSaving != 0);
        }
    }

    private static void PushText(LuaState state, LuaArguments arguments, ReadOnlySpan<byte> format, CalendarTime* parts, long longest)
    {
        System.Buffers.ArrayBufferWriter<byte> text = new(64);
        Span<byte> conversion = stackalloc byte[4];
        while (true)
        {
            int percent = format.IndexOf((byte)'%');
            if (percent < 0)
            {
                System.Buffers.BuffersExtensions.Write(text, format);
                break;
            }

            System.Buffers.BuffersExtensions.Write(text, format[..percent]);
            int length = ConversionLength(arguments, format[percent..]);
            conversion.Clear();
            format.Slice(percent, length).CopyTo(conversion);
            text.Advance(Calendar.Format(text.GetSpan(LongestConversion), conversion, parts));
            format = format[(percent + length)..];
            if (text.WrittenCount + format.Length > longest)
            {
                throw new InsufficientMemoryException();
            }
        }

        state.Push(text.WrittenSpan);
    }

    /// <param name="arguments">For the message.</param>
    /// <param name="format">From a percent sign on.</param>
    private static int ConversionLength(LuaArguments arguments, ReadOnlySpan<byte> format)
    {
        if (format.Length > 1 && Conversions.Contains(format[1]))
        {
            return 2;
        }

        bool isModified = format.Length > 2
            && ((format[1] == 'E' && EraConversions.Contains(format[2])) || (format[1] == 'O' && DigitConversions.Contains(format[2])));
        return isModified
            ? 3
            : throw arguments.Wrong(1, $"invalid conversion specifier '{System.Text.Encoding.UTF8.GetString(format)}'");
    }
}
