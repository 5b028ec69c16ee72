//! The radius of the Box-Muller transform: a word mapped to `sqrt(-2 ln u)`.

/// `sqrt(-2 ln((w + 1/2) / 2^32))`: non-increasing in `w`, never 0, at most 6.77.
pub(crate) fn radius_f32(w: u32) -> f32 {
    let upper = w >= 0x8000_0000;
    let near_one = w >= 0xc000_0000;

    let offset = (w & ((w << 1) | 0x7fff_ffff)) as i32 as f32 + 0.5;

    let bits = offset.to_bits().wrapping_sub(0x3ec0_0000);
    let m = f32::from_bits((bits & 0x007f_ffff) + 0x3f40_0000);
    let exponent = 33 - (bits >> 23) as i32;

    let scale = if near_one {
        -TWO_POW_M32_F32
    } else {
        -2.0 * TWO_POW_M32_F32
    };
    let d = if upper { offset * scale } else { 1.0 - m };
    let k = if upper {
        if near_one { 0 } else { 1 }
    } else {
        exponent
    } as f32;

    let s = d / (2.0 - d);
    let z = s * s;
    let series = z * (LOG_F32[0] + z * (LOG_F32[1] + z * LOG_F32[2]));
    let d2 = d * d;
    let tail = d2 + (s * (d2 + series) + k * TWO_LN2_LO_F32);
    let y = k * TWO_LN2_HI_F32 + ((d + d) + tail);
    y.sqrt()
}

const TWO_POW_M32_F32: f32 = 1.0 / 4_294_967_296.0;
const TWO_LN2_HI_F32: f32 = f32::from_bits(0x3fb1_7200);
const TWO_LN2_LO_F32: f32 = f32::from_bits(0x363f_be8e);
const LOG_F32: [f32; 3] = [1.333_339, 0.799_154_46, 0.607_245_3];

/// `sqrt(-2 ln((w + 1/2) / 2^64))`: non-increasing in `w`, never 0, at most 9.5.
pub(crate) fn radius_f64(w: u64) -> f64 {
    let high = (w >> 32) as u32;
    let upper = high >= 0x8000_0000;
    let near_one = high >= 0xc000_0000;

    let high = (high & ((high << 1) | 0x7fff_ffff)) ^ 0x8000_0000;
    let low = ((w as u32 as u64) << 1) | 1;
    let high = f64::from_bits(0x4530_0000_0000_0000 | high as u64) - BIAS_F64;
    let offset = high + f64::from_bits(0x4320_0000_0000_0000 | low);

    let bits = offset.to_bits().wrapping_sub(0x3fd8_0000_0000_0000);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + 0x3fe8_0000_0000_0000);
    let exponent =
        65.0 + 4_503_599_627_370_496.0 - f64::from_bits(0x4330_0000_0000_0000 | (bits >> 52));

    let scale = if near_one {
        -TWO_POW_M64_F64
    } else {
        -2.0 * TWO_POW_M64_F64
    };
    let d = if upper { offset * scale } else { 1.0 - m };
    let k = if upper {
        if near_one { 0.0 } else { 1.0 }
    } else {
        exponent
    };

    let s = d / (2.0 - d);
    let z = s * s;
    let mut series = LOG_F64[6];
    for i in (0..6).rev() {
        series = LOG_F64[i] + z * series;
    }
    let d2 = d * d;
    let tail = d2 + (s * (d2 + z * series) + k * TWO_LN2_LO_F64);
    let y = k * TWO_LN2_HI_F64 + ((d + d) + tail);
    y.sqrt()
}

/// 2^84 + 2^63 + 2^51.
const BIAS_F64: f64 = f64::from_bits(0x4530_0000_8008_0000);
const TWO_POW_M64_F64: f64 = 1.0 / 18_446_744_073_709_551_616.0;
const TWO_LN2_HI_F64: f64 = f64::from_bits(0x3ff6_2e42_fefa_3900);
const TWO_LN2_LO_F64: f64 = f64::from_bits(0x3d2d_e6af_278e_ce60);
const LOG_F64: [f64; 7] = [
    1.333333333333454273628149167052470147609710693359375,
    0.79999999992321146891072203288786113262176513671875,
    0.571428587908847429588377053732983767986297607421875,
    0.444442769828772288320806183037348091602325439453125,
    0.363727128369976338007063532131724059581756591796875,
    0.30500365079998215112055959252757020294666290283203125,
    0.3073646486835814872762284721829928457736968994140625,
];
