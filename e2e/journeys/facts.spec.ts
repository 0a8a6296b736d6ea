import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { startWeatherServer, type WeatherServer } from '../../cloud/server/modules/weather/testing/weather-server.ts';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
