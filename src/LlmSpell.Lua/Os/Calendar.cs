using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Os;

/// <summary>The C library's calendar, the calls of it that threads do not share.</summary>
internal static unsafe partial class Calendar
{
    private const string Library = "libc";

    private static readonly nint CLocale = NewCLocale();

    internal static long Now() => Time(null);

    internal static bool TryConvert(long time, bool utc, CalendarTime* parts) =>
        (utc ? UniversalTime(&time, parts) : LocalTime(&time, parts)) is not null;

    /// <summary>Writes one conversion and returns its length.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="conversion">From the percent sign on, followed by NUL.</param>
    /// <param name="parts">Of what time.</param>
    internal static int Format(Span<byte> buffer, ReadOnlySpan<byte> conversion, CalendarTime* parts)
    {
        fixed (byte* first = buffer, format = conversion)
        {
            return (int)Format(first, (nuint)buffer.Length, format, parts, CLocale);
        }
    }

    private static nint NewCLocale()
    {
        int allCategories = OperatingSystem.IsLinux() ? 0x1FBF : 0x3F;
        fixed (byte* name = "C\0"u8)
        {
            return NewLocale(allCategories, name, 0);
        }
    }

    [LibraryImport(Library, EntryPoint = "time")]
    private static partial long Time(long* time);

    [LibraryImport(Library, EntryPoint = "gmtime_r")]
    private static partial CalendarTime* UniversalTime(long* time, CalendarTime* result);

    [LibraryImport(Library, EntryPoint = "localtime_r")]
    private static partial CalendarTime* LocalTime(long* time, CalendarTime* result);

    [LibraryImport(Library, EntryPoint = "strftime_l")]
    private static partial nuint Format(byte* buffer, nuint size, byte* format, CalendarTime* parts, nint locale);

    [LibraryImport(Library, EntryPoint = "newlocale")]
    private static partial nint NewLocale(int categories, byte* name, nint original);
}
