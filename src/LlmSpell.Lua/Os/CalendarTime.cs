namespace LlmSpell.Lua.Os;

/// <summary>A <c>struct tm</c>, as Linux and macOS have it.</summary>
internal unsafe struct CalendarTime
{
    internal int Second;
    internal int Minute;
    internal int Hour;
    internal int Day;
    internal int MonthFrom0;
    internal int YearsFrom1900;
    internal int DayOfWeekFrom0;
    internal int DayOfYearFrom0;
    internal int IsDaylightSaving;
    internal nint SecondsEastOfUtc;
    internal byte* Zone;
}
